/**
 * The accounts module: one counter of fuel for all, and what each metered process has left.
 * ```
 *   fuel       left of the slice that is running  ◀── metered code takes from it
 *   reserve    left of the payer's budget beyond that slice
 *   settled    how much of what is missing in `fuel` others have paid
 *   payer      whose budget that is: the process in which the activity began
 *   held       not 0: nobody else may run, and so many slices have ended meanwhile, less one
 *
 *   memory     0   left: i64      of each process that is not the payer,
 *              8   slice: i64     16 bytes each; slice 0: all at once
 * ```
 * A call into another process changes nothing here, so the caller pays, and a call
 * costs no more for it. Only where a process pays for itself the payer is changed.
 *
 * `ended N` is what the code of process N calls when `fuel` is below 0; a process that
 * is made at run time calls `ended` with its number. It returns 0
 * when there is more, 1 when the process is at its end. That is so only when its own
 * budget is used up: where the payer is another process, what is missing is taken
 * off its own, charge by charge, until code of the payer runs again.
 *
 * When a slice ends, the host may have somebody else run. Whether it wants that is
 * asked by a plain import: one that can suspend must not be called where a frame of
 * the host lies on the stack.
 *
 * While a process is asked for room for what another one, or a device, returns, that
 * lies where the next call of that one would write: adapters hold everybody else up
 * meanwhile, and a process that takes far too long ends as if its budget had.
 */
import type { CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex, CoreModule } from "../../wasm/index.ts";
import {
  add,
  all,
  apply,
  call,
  differ,
  equal,
  get,
  i32,
  i64,
  load,
  nothing,
  op,
  set,
  shl,
  shr,
  store,
  sub,
  when,
  type Body,
  type Code,
  type Local,
} from "../adapter/code.ts";
import { AdapterModule } from "../adapter/module.ts";
import { ACCOUNTS } from "../plan.ts";

const ACCOUNT_LOG2 = 4;
const [LEFT, SLICE] = [0, 8];
const NOBODY = -1;
const PAGE_LOG2 = 16;
/** Units of fuel: more than any honest allocator needs at a time. */
const MOST_HELD = 100_000_000n;

/**
 * `metered`: positions of the processes that have accounts; `spawned`: there are others, which are made at run
 * time: theirs are there once they are filled.
 */
export function accountsModule(metered: readonly number[], spawned = false): CoreModule {
  return new AccountsModule(metered, spawned).build();
}

class AccountsModule {
  readonly #module = new AdapterModule();
  readonly #metered: readonly number[];
  readonly #spawned: boolean;
  readonly #memory: CoreMemoryIndex;
  readonly #sliceEnded: CoreFuncIndex;
  readonly #yield: CoreFuncIndex;
  readonly #payer: CoreGlobalIndex;
  readonly #fuel: CoreGlobalIndex;
  readonly #reserve: CoreGlobalIndex;
  readonly #settled: CoreGlobalIndex;
  readonly #held: CoreGlobalIndex;

  constructor(metered: readonly number[], spawned: boolean) {
    this.#metered = metered;
    this.#spawned = spawned;
    this.#sliceEnded = this.#module.importFunction(ACCOUNTS.host, ACCOUNTS.sliceEnded, {
      params: ["i32", "i32"],
      results: ["i32"],
    });
    this.#yield = this.#module.importFunction(ACCOUNTS.host, ACCOUNTS.yield, {
      params: [],
      results: ["i32"],
    });
    const bytes = (Math.max(0, ...metered) + 1) << ACCOUNT_LOG2;
    this.#memory = this.#module.addMemory(BigInt(Math.ceil(bytes / 2 ** PAGE_LOG2)));
    this.#payer = this.#module.addGlobal(NOBODY, true);
    this.#held = this.#module.addGlobal(0, true);
    this.#fuel = this.#module.variable("fuel", "i64");
    this.#reserve = this.#module.variable("reserve", "i64");
    this.#settled = this.#module.variable("settled", "i64");
    this.#module.exportItem({ name: ACCOUNTS.fuel, kind: "global", index: this.#fuel });
    this.#module.exportItem({ name: ACCOUNTS.payer, kind: "global", index: this.#payer });
    this.#module.exportItem({ name: ACCOUNTS.held, kind: "global", index: this.#held });
  }

  build(): CoreModule {
    const module = this.#module;
    const pay = this.#pay();
    module.export(ACCOUNTS.pay, pay);
    module.export(ACCOUNTS.left, this.#left());
    module.export(ACCOUNTS.fill, this.#fill());
    module.export(ACCOUNTS.credit, this.#credit());
    const ended = this.#ended(pay);
    if (this.#spawned) module.export(ACCOUNTS.endedOf, ended);
    for (const process of this.#metered) {
      const ENDED = { params: [], results: ["i32"] } as const;
      const enter = module.define(ACCOUNTS.enter + process, ENDED, (body) => {
        const before = body.local("i32");
        all(set(before, this.#value(this.#payer)), call(pay, i32(process)), get(before))(body);
      });
      module.export(ACCOUNTS.enter + process, enter);
      const own = module.define(ACCOUNTS.ended + process, ENDED, call(ended, i32(process)));
      module.export(ACCOUNTS.ended + process, own);
    }
    return module.finish();
  }

  /** `(process) -> ()`: it pays from now on; -1 is whoever runs next. */
  #pay(): CoreFuncIndex {
    return this.#module.define("pay", { params: ["i32"], results: [] }, (body) => {
      const process = body.param(0);
      all(
        this.#letGo(),
        when(this.#isSomebody(), this.#storeLeft(this.#value(this.#payer), this.#total())),
        op("global.set", [this.#payer], get(process)),
        this.#take(body, process),
      )(body);
    });
  }

  /** Makes what the payer has left a slice and the rest. What is missing from before is nobody's to pay now. */
  #take(body: Body, process: Local): Code {
    const [left, slice] = [body.local("i64"), body.local("i64")];
    return all(
      set(left, i64(0n)),
      set(slice, i64(0n)),
      when(
        differ(get(process), i32(NOBODY)),
        all(set(left, this.#load(get(process), LEFT)), set(slice, this.#load(get(process), SLICE))),
      ),
      op(
        "global.set",
        [this.#settled],
        apply("select", minus(i64(0n), get(left)), i64(0n), negative(get(left))),
      ),
      when(
        apply("i32.or", apply("i64.eqz", get(slice)), apply("i64.lt_s", get(left), get(slice))),
        set(slice, get(left)),
      ),
      op("global.set", [this.#fuel], get(slice)),
      op("global.set", [this.#reserve], minus(get(left), get(slice))),
    );
  }

  /** `(process) -> i64`: what it has left, less than 0 once it has used more. */
  #left(): CoreFuncIndex {
    return this.#module.define("left", { params: ["i32"], results: ["i64"] }, (body) => {
      const [process, left] = [body.param(0), body.local("i64")];
      all(
        set(left, this.#load(get(process), LEFT)),
        when(this.#isPayer(process), set(left, this.#total())),
        get(left),
      )(body);
    });
  }

  /** `(process, left, slice) -> ()` */
  #fill(): CoreFuncIndex {
    const signature = { params: ["i32", "i64", "i64"], results: [] } as const;
    return this.#module.define("fill", signature, (body) => {
      const [process, left, slice] = [body.param(0), body.param(1), body.param(2)];
      all(
        this.#spawned ? this.#makeRoom(body, process) : nothing,
        this.#letGo(),
        this.#storeLeft(get(process), get(left)),
        store("i64.store", this.#address(get(process)), get(slice), { offset: SLICE }),
        when(this.#isPayer(process), this.#take(body, process)),
      )(body);
    });
  }

  /** Traps where the host has none. */
  #makeRoom(body: Body, process: Local): Code {
    const pages = body.local("i32");
    const last = shr(this.#address(get(process)), PAGE_LOG2);
    const failed = equal(op("memory.grow", [this.#memory], get(pages)), i32(-1));
    return all(
      set(pages, sub(add(last, i32(1)), op("memory.size", [this.#memory]))),
      when(apply("i32.gt_s", get(pages), i32(0)), when(failed, apply("unreachable"))),
    );
  }

  /** `(process, units) -> ()`: it has so many more. */
  #credit(): CoreFuncIndex {
    return this.#module.define("credit", { params: ["i32", "i64"], results: [] }, (body) => {
      const [process, units] = [body.param(0), body.param(1)];
      when(
        this.#isPayer(process),
        op("global.set", [this.#reserve], plus(this.#value(this.#reserve), get(units))),
        this.#storeLeft(get(process), plus(this.#load(get(process), LEFT), get(units))),
      )(body);
    });
  }

  /** `(process) -> i32`: see the head of this file. */
  #ended(pay: CoreFuncIndex): CoreFuncIndex {
    return this.#module.define("slice ended", { params: ["i32"], results: ["i32"] }, (body) => {
      const [runner, over] = [body.param(0), body.local("i32")];
      const told = call(this.#sliceEnded, this.#value(this.#payer), get(runner));
      const yielded = when(told, when(call(this.#yield), apply("unreachable")));
      all(
        when(apply("i64.eqz", this.#value(this.#settled)), yielded),
        this.#adopt(body, runner, pay),
        when(this.#isShort(), this.#nextSlice(body)),
        when(
          this.#isShort(),
          when(this.#isPayer(runner), set(over, i32(1)), set(over, this.#settle(body, runner))),
          op("global.set", [this.#settled], i64(0n)),
        ),
        when(this.#value(this.#held), this.#holdOn(over)),
        get(over),
      )(body);
    });
  }

  /** Whoever held the others up has ended there, or this is another one's turn. */
  #letGo(): Code {
    return op("global.set", [this.#held], i32(0));
  }

  #holdOn(over: Local): Code {
    const held = this.#value(this.#held);
    const slice = this.#load(this.#value(this.#payer), SLICE);
    return all(
      op("global.set", [this.#held], add(held, i32(1))),
      when(
        apply("i64.gt_u", times(apply("i64.extend_i32_u", held), slice), i64(MOST_HELD)),
        set(over, i32(1)),
      ),
    );
  }

  /** Where nobody pays, who runs does: what it has used by now is its own. */
  #adopt(body: Body, runner: Local, pay: CoreFuncIndex): Code {
    const used = body.local("i64");
    return when(
      apply("i32.eqz", this.#isSomebody()),
      all(
        set(used, this.#value(this.#fuel)),
        call(pay, get(runner)),
        op("global.set", [this.#fuel], plus(this.#value(this.#fuel), get(used))),
      ),
    );
  }

  /** As many slices out of the reserve as are needed; what is left of it if that is less. */
  #nextSlice(body: Body): Code {
    const [more, slice] = [body.local("i64"), body.local("i64")];
    const reserve = this.#value(this.#reserve);
    const need = minus(i64(0n), this.#value(this.#fuel));
    const slices = apply("i64.div_u", minus(plus(need, get(slice)), i64(1n)), get(slice));
    return all(
      set(slice, this.#load(this.#value(this.#payer), SLICE)),
      set(more, reserve),
      when(differ64(get(slice), i64(0n)), set(more, lesser(body, reserve, times(slices, get(slice))))),
      op("global.set", [this.#fuel], plus(this.#value(this.#fuel), get(more))),
      op("global.set", [this.#reserve], minus(reserve, get(more))),
    );
  }

  /** What is missing, and was not paid before, is taken off the budget of who runs. 1 when that is used up too. */
  #settle(body: Body, runner: Local): Code {
    const [missing, more, left] = [body.local("i64"), body.local("i64"), body.local("i64")];
    return all(
      set(missing, minus(i64(0n), this.#value(this.#fuel))),
      set(more, minus(get(missing), this.#value(this.#settled))),
      set(more, apply("select", i64(0n), get(more), negative(get(more)))),
      set(left, minus(this.#load(get(runner), LEFT), get(more))),
      op("global.set", [this.#settled], get(missing)),
      this.#storeLeft(get(runner), get(left)),
      negative(get(left)),
    );
  }

  #isShort(): Code {
    return negative(this.#value(this.#fuel));
  }
  #isSomebody(): Code {
    return differ(this.#value(this.#payer), i32(NOBODY));
  }
  #isPayer(process: Local): Code {
    return equal(get(process), this.#value(this.#payer));
  }

  /** What the payer has left. */
  #total(): Code {
    return plus(this.#value(this.#fuel), this.#value(this.#reserve));
  }

  #value(global: CoreGlobalIndex): Code {
    return op("global.get", [global]);
  }
  #address(process: Code): Code {
    return shl(process, ACCOUNT_LOG2);
  }
  #load(process: Code, offset: number): Code {
    return load("i64.load", this.#address(process), { offset });
  }
  #storeLeft(process: Code, left: Code): Code {
    return store("i64.store", this.#address(process), left, { offset: LEFT });
  }
}

function plus(a: Code, b: Code): Code {
  return apply("i64.add", a, b);
}
function minus(a: Code, b: Code): Code {
  return apply("i64.sub", a, b);
}
function times(a: Code, b: Code): Code {
  return apply("i64.mul", a, b);
}
function differ64(a: Code, b: Code): Code {
  return apply("i64.ne", a, b);
}

function negative(value: Code): Code {
  return apply("i64.lt_s", value, i64(0n));
}

/** The lesser of two signed numbers. */
function lesser(body: Body, a: Code, b: Code): Code {
  const [one, other] = [body.local("i64"), body.local("i64")];
  return all(
    set(one, a),
    set(other, b),
    apply("select", get(one), get(other), apply("i64.lt_s", get(one), get(other))),
  );
}
