/**
 * Instructions as expressions, so that emitted code reads inside out like WAT.
 *
 * A `Code` appends instructions to a body when it is applied to it. Operands are
 * given as `Code` too; an operand left out is taken from the stack. Labels are
 * kept as depths, and turned into relative numbers where a branch is emitted.
 */
import {
  CodeWriter,
  type core,
  type CoreFuncIndex,
  type CoreTagIndex,
  type Immediates,
  type LoadMnemonic,
  type MemoryArgument,
  type Mnemonic,
  type StoreMnemonic,
} from "../../wasm/index.ts";

export type Code = (body: Body) => void;

/** A parameter or local of the function under construction. */
export interface Local {
  readonly index: number;
  readonly type: core.NumType;
}

interface Label {
  readonly depth: number;
}

/** A function under construction: its instructions and its locals. */
export class Body {
  readonly writer: CodeWriter = new CodeWriter();
  readonly params: readonly Local[];
  readonly #locals: core.NumType[] = [];
  #depth = 0;

  constructor(params: readonly core.NumType[]) {
    this.params = params.map((type, index) => ({ index, type }));
  }

  /** A fresh local, zero at the function's start. */
  local(type: core.NumType): Local {
    this.#locals.push(type);
    return { index: this.params.length + this.#locals.length - 1, type };
  }

  param(position: number): Local {
    const param = this.params[position];
    if (param === undefined) throw new RangeError(`the function has no parameter ${position}`);
    return param;
  }

  open(start: () => void): Label {
    start();
    this.#depth += 1;
    return { depth: this.#depth };
  }
  close(): void {
    this.#depth -= 1;
    this.writer.end();
  }
  relative(label: Label): number {
    return this.#depth - label.depth;
  }

  finish(): { locals: core.Locals[]; code: CodeWriter } {
    this.writer.end();
    return { locals: runs(this.#locals), code: this.writer };
  }
}

function runs(types: readonly core.NumType[]): core.Locals[] {
  const result: { count: number; type: core.NumType }[] = [];
  for (const type of types) {
    const last = result.at(-1);
    if (last?.type === type) last.count += 1;
    else result.push({ count: 1, type });
  }
  return result;
}

export const nothing: Code = () => {};

/** One after the other. */
export function all(...codes: readonly Code[]): Code {
  return (body) => {
    for (const code of codes) code(body);
  };
}

/** An instruction with immediates, after its operands. */
export function op<M extends Mnemonic>(
  mnemonic: M,
  immediates: Immediates<M>,
  ...operands: readonly Code[]
): Code {
  return (body) => {
    for (const operand of operands) operand(body);
    body.writer.op(mnemonic, ...immediates);
  };
}

type Bare = { [M in Mnemonic]: Immediates<M> extends [] ? M : never }[Mnemonic];

/** An instruction without immediates, after its operands. */
export function apply(mnemonic: Bare, ...operands: readonly Code[]): Code {
  return (body) => {
    for (const operand of operands) operand(body);
    body.writer.op(mnemonic, ...([] as unknown as Immediates<Bare>));
  };
}

export function i32(value: number): Code {
  return op("i32.const", [value | 0]);
}
export function i64(value: bigint): Code {
  return op("i64.const", [value]);
}
/** A vector of eight equal 16-bit lanes. */
export function lanes16(value: number): Code {
  const bytes = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? value : value >> 8) & 0xff);
  return op("v128.const", [bytes]);
}

export function get(local: Local): Code {
  return op("local.get", [local.index]);
}
/** Without a value, takes the one on the stack. */
export function set(local: Local, value: Code = nothing): Code {
  return op("local.set", [local.index], value);
}
/** Adds to an i32 local. */
export function advance(local: Local, by: number): Code {
  return set(local, add(get(local), i32(by)));
}

export function add(a: Code, b: Code): Code {
  return apply("i32.add", a, b);
}
export function sub(a: Code, b: Code): Code {
  return apply("i32.sub", a, b);
}
export function and(a: Code, b: Code): Code {
  return apply("i32.and", a, b);
}
export function or(a: Code, b: Code): Code {
  return apply("i32.or", a, b);
}
export function shl(a: Code, bits: number): Code {
  return apply("i32.shl", a, i32(bits));
}
export function shr(a: Code, bits: number): Code {
  return apply("i32.shr_u", a, i32(bits));
}
/** `a < b`, unsigned. */
export function below(a: Code, b: Code): Code {
  return apply("i32.lt_u", a, b);
}
/** `a >= b`, unsigned. */
export function atLeast(a: Code, b: Code): Code {
  return apply("i32.ge_u", a, b);
}
export function differ(a: Code, b: Code): Code {
  return apply("i32.ne", a, b);
}
export function equal(a: Code, b: Code): Code {
  return apply("i32.eq", a, b);
}

export function call(func: CoreFuncIndex, ...args: readonly Code[]): Code {
  return op("call", [func], ...args);
}

/** Alignment is promised as one byte: what a guest gives is checked where the ABI asks for it. */
export function load(mnemonic: LoadMnemonic, address: Code, place: MemoryArgument): Code {
  return (body) => {
    address(body);
    body.writer.load(mnemonic, { ...place, align: 0 });
  };
}
export function store(mnemonic: StoreMnemonic, address: Code, value: Code, place: MemoryArgument): Code {
  return (body) => {
    address(body);
    value(body);
    body.writer.store(mnemonic, { ...place, align: 0 });
  };
}

export function when(condition: Code, then: Code, otherwise?: Code): Code {
  return (body) => {
    condition(body);
    body.open(() => body.writer.if());
    then(body);
    if (otherwise) {
      body.writer.else();
      otherwise(body);
    }
    body.close();
  };
}

/** Runs `inside` once; a branch to its label leaves it. */
export function block(inside: (out: Label) => Code): Code {
  return (body) => {
    const label = body.open(() => body.writer.block());
    inside(label)(body);
    body.close();
  };
}

/** Runs `inside`; when it throws the tag, goes on at `label`. */
export function catching(tag: CoreTagIndex, label: Label, inside: Code): Code {
  return (body) => {
    // The clause stands outside of the block that it belongs to.
    const catches = [{ kind: "catch", tag, label: body.relative(label) } as const];
    body.open(() => body.writer.op("try_table", undefined, catches));
    inside(body);
    body.close();
  };
}

/** Runs `inside` once; a branch to its label starts it again. */
function loop(inside: (again: Label) => Code): Code {
  return (body) => {
    const label = body.open(() => body.writer.loop());
    inside(label)(body);
    body.close();
  };
}

/** Tested before each round. */
export function whilst(condition: Code, round: Code): Code {
  return when(
    condition,
    loop((again) => all(round, branchIf(again, condition))),
  );
}

export function branch(label: Label): Code {
  return (body) => body.writer.br(body.relative(label));
}
export function branchIf(label: Label, condition: Code): Code {
  return (body) => {
    condition(body);
    body.writer.brIf(body.relative(label));
  };
}
/** Branches to `labels[selector]`, to `otherwise` beyond them. */
export function branchTable(selector: Code, labels: readonly Label[], otherwise: Label): Code {
  return (body) => {
    selector(body);
    body.writer.op("br_table", {
      labels: labels.map((label) => body.relative(label)),
      default: body.relative(otherwise),
    });
  };
}
export type { Label };
