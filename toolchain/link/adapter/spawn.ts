/**
 * What the system itself implements of a process view: how handles come, and what concerns them alone.
 *
 * A module like an adapter, on the side of who holds the handles. A handle's rep
 * is the kernel's own number for what the holder may do. The module imports from
 * `spawner` functions of the host that ask the kernel, with the signatures below:
 * `spawn`, `provider` and `narrow` return the rep of a new handle, the others a
 * status; what is negative is a fault.
 */
import { FAULT, type PROCESS_FUNCTIONS, type ResourceType, type ValueType } from "../../abi/index.ts";
import type { CoreFuncIndex, CoreModule } from "../../wasm/index.ts";
import { Handles } from "../handles/access.ts";
import { ENTRY } from "../handles/layout.ts";
import {
  all,
  and,
  apply,
  call,
  get,
  i32,
  nothing,
  op,
  set,
  when,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import type { SideOptions } from "./contract.ts";
import { memoryOf, tableOf, type Side } from "./crossing.ts";
import { checkMayLeave } from "./edge.ts";
import { importSide, importTable } from "./emit.ts";
import { unsigned } from "./integer.ts";
import { AdapterModule, type Signature } from "./module.ts";
import { MemoryPlace, POINTER } from "./place.ts";
import { checkResultRange } from "./result.ts";
import { Shapes, type ShapeOf } from "./shape.ts";
import { faultOfStatus } from "./status.ts";

export type SpawnerFunction = (typeof PROCESS_FUNCTIONS)[number];

export interface SpawnerSpec {
  readonly caller: SideOptions;
  readonly callerMayLeave: boolean;
  /** How many functions the interface has: so many flags. */
  readonly flags: number;
  /** What is called, and under which name. */
  readonly functions: readonly { readonly name: string; readonly function: SpawnerFunction }[];
}

/** Of what is imported. Those with a handle get its rep first; the flags of `narrow` have no bits but labels. */
const SIGNATURES = {
  spawn: { params: [], results: ["i32"] },
  provider: { params: [], results: ["i32"] },
  monitor: { params: ["i32", "i32"], results: ["i32"] },
  link: { params: ["i32"], results: ["i32"] },
  narrow: { params: ["i32", "i32", "i32", "i32", "i64"], results: ["i32"] },
  revoke: { params: ["i32"], results: ["i32"] },
} as const satisfies Readonly<Record<SpawnerFunction, Signature>>;

/** Handles of the process itself are numbers of the kernel: who they are of is nobody's concern here. */
const RESOURCE: ResourceType = {};
const MADE: ValueType = { kind: "result", ok: { kind: "own", resource: RESOURCE }, err: FAULT };
const DONE: ValueType = { kind: "result", err: FAULT };

/** What each returns, as `processView` has it. */
const RESULTS = {
  spawn: MADE,
  provider: MADE,
  monitor: DONE,
  link: DONE,
  narrow: MADE,
  revoke: DONE,
} as const satisfies Readonly<Record<SpawnerFunction, ValueType>>;

export function emitSpawner(spec: SpawnerSpec): CoreModule {
  const module = new AdapterModule();
  const handles = new Handles(module, { functions: true, loans: false });
  const needs = { memory: true, realloc: false };
  const caller: Side = {
    ...importSide(module, "caller", spec.caller, needs, spec.callerMayLeave),
    table: importTable(module, "caller", spec.caller),
  };
  const kind = op("global.get", [module.importGlobal("handles", "type 0", true)]);
  const shapes = new Shapes(new Map([[RESOURCE, { position: 0, calleeImplements: true }]]));
  const imported = spec.functions.map((f) => ({
    ...f,
    target: module.importFunction("spawner", f.function, SIGNATURES[f.function]),
  }));
  for (const { name, function: what, target } of imported) {
    const { params } = SIGNATURES[what];
    const shape = shapes.of(RESULTS[what]) as ShapeOf<"variant">;
    // A handle is an i32 as its rep is; results of two core values go where the last parameter says.
    const signature = { params: [...params, "i32"], results: [] } as const;
    const func = module.define(name, signature, (body) => {
      const into = body.param(params.length);
      const at = { module, handles, caller, kind, shape, target, flags: spec.flags };
      all(
        checkMayLeave({ module, caller }),
        checkResultRange(module, caller, shape, into),
        ask(at, what, into, body),
      )(body);
    });
    module.export(name, func);
  }
  return module.finish();
}

interface At {
  readonly module: AdapterModule;
  readonly handles: Handles;
  readonly caller: Side;
  /** Of an own handle. */
  readonly kind: Code;
  /** Of the result. */
  readonly shape: ShapeOf<"variant">;
  readonly target: CoreFuncIndex;
  readonly flags: number;
}

function ask(at: At, what: SpawnerFunction, into: Local, body: Body): Code {
  const { handles, caller, kind, target } = at;
  const status = body.local("i32");
  const handle = handles.add(tableOf(caller), kind, get(status), i32(0));
  return all(
    set(status, what === "spawn" || what === "provider" ? call(target) : ofHandle(at, what, body)),
    answer(at, status, into, (ok) => (RESULTS[what] === MADE ? ok.put(POINTER, handle) : nothing)),
  );
}

/** Pushes what the host answers of a handle. */
function ofHandle({ handles, caller, kind, target, flags }: At, what: SpawnerFunction, body: Body): Code {
  const [handle, entry] = [body.param(0), body.local("i32")];
  const rest = body.params.slice(1, -1);
  const [first, ...others] = rest.map(get);
  const cut = first && what === "narrow" && flags < 32 ? and(first, i32(2 ** flags - 1)) : first;
  return all(
    handles.find({ table: tableOf(caller), handle, entry, ownKind: kind }),
    call(target, handles.load(get(entry), ENTRY.rep), ...(cut ? [cut] : []), ...others),
  );
}

/** Writes the result: what `ok` writes, or the fault that a negative status stands for. */
function answer(
  { module, caller, shape }: At,
  status: Local,
  into: Local,
  ok: (payload: MemoryPlace) => Code,
): Code {
  const place = new MemoryPlace(memoryOf(caller), into);
  const payload = place.part({ offset: shape.payloadOffset, flat: 1 });
  const discriminant = (value: 0 | 1): Code => place.put(unsigned(shape.discriminantSize), i32(value));
  const error = shape.cases[1] as ShapeOf<"variant">;
  return when(
    apply("i32.lt_s", get(status), i32(0)),
    all(
      payload.put(unsigned(error.discriminantSize), call(faultOfStatus(module), get(status))),
      discriminant(1),
    ),
    all(ok(payload), discriminant(0)),
  );
}
