/**
 * What the system itself implements of a process view: `spawn`, `monitor` and `link`.
 *
 * A module like an adapter, on the side of who holds the handles. A handle's rep
 * is the kernel's own number for the process. The module imports from `spawner`
 * functions of the host that ask the kernel: `spawn: () -> rep`, `monitor: (rep,
 * token) -> status`, `link: (rep) -> status`; what is negative is a fault.
 */
import {
  FAULT,
  flattenFunction,
  type PROCESS_FUNCTIONS,
  type FunctionType,
  type ResourceType,
  type ValueType,
} from "../../abi/index.ts";
import type { CoreFuncIndex, CoreModule } from "../../wasm/index.ts";
import { Handles } from "../handles/access.ts";
import { ENTRY } from "../handles/layout.ts";
import {
  all,
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
import { importSide } from "./emit.ts";
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
  /** What is called, and under which name. */
  readonly functions: readonly { readonly name: string; readonly function: SpawnerFunction }[];
}

/** Of what is imported. */
const SIGNATURES = {
  spawn: { params: [], results: ["i32"] },
  monitor: { params: ["i32", "i32"], results: ["i32"] },
  link: { params: ["i32"], results: ["i32"] },
} as const satisfies Readonly<Record<SpawnerFunction, Signature>>;

/** Handles of the process itself are numbers of the kernel: who they are of is nobody's concern here. */
const RESOURCE: ResourceType = {};
const OWN: ValueType = { kind: "own", resource: RESOURCE };
const SELF = { label: "self", type: { kind: "borrow", resource: RESOURCE } } as const;
const TOKEN = { label: "token", type: { kind: "u32" } } as const;

/** As `processView` has them. */
const TYPES: Readonly<Record<SpawnerFunction, FunctionType & { readonly result: ValueType }>> = {
  spawn: { async: false, params: [], result: { kind: "result", ok: OWN, err: FAULT } },
  monitor: { async: false, params: [SELF, TOKEN], result: { kind: "result", err: FAULT } },
  link: { async: false, params: [SELF], result: { kind: "result", err: FAULT } },
};

export function emitSpawner(spec: SpawnerSpec): CoreModule {
  const module = new AdapterModule();
  const handles = new Handles(module, { functions: true, loans: false });
  const needs = { memory: true, realloc: false };
  const caller: Side = {
    ...importSide(module, "caller", spec.caller, needs, spec.callerMayLeave),
    table: module.importGlobal("caller", "table", false),
  };
  const kind = op("global.get", [module.importGlobal("handles", "type 0", true)]);
  const shapes = new Shapes(new Map([[RESOURCE, { position: 0, calleeImplements: true }]]));
  const imported = spec.functions.map((f) => ({
    ...f,
    target: module.importFunction("spawner", f.function, SIGNATURES[f.function]),
  }));
  for (const { name, function: what, target } of imported) {
    const type = TYPES[what];
    const { params, results } = flattenFunction(type, "lower");
    const shape = shapes.of(type.result) as ShapeOf<"variant">;
    const func = module.define(name, { params, results }, (body) => {
      const into = body.param(params.length - 1);
      const at = { module, handles, caller, kind, shape, target };
      all(
        checkMayLeave({ module, caller }),
        checkResultRange(module, caller, shape, into),
        what === "spawn" ? spawned(at, into, body) : asked(at, what, into, body),
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
}

function spawned(at: At, into: Local, body: Body): Code {
  const { handles, caller, kind, target } = at;
  const rep = body.local("i32");
  const handle = handles.add(tableOf(caller), kind, get(rep), i32(0));
  return all(
    set(rep, call(target)),
    answer(at, rep, into, (ok) => ok.put(POINTER, handle)),
  );
}

function asked(at: At, what: "monitor" | "link", into: Local, body: Body): Code {
  const { handles, caller, kind, target } = at;
  const [handle, entry, status] = [body.param(0), body.local("i32"), body.local("i32")];
  const rep = handles.load(get(entry), ENTRY.rep);
  const others = what === "monitor" ? [get(body.param(1))] : [];
  return all(
    handles.find({ table: tableOf(caller), handle, entry, ownKind: kind }),
    set(status, call(target, rep, ...others)),
    answer(at, status, into, () => nothing),
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
