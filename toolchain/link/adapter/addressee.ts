/**
 * Who a message is sent to: the provider of a wire, or the process that a handle stands for.
 *
 * Either is a handle of the kernel. A wire's is in a global, which the host sets.
 * That of a process which was made at run time is the rep of a handle, which the
 * caller gives as the first parameter; the message does not hold it.
 */
import { flattenFunction, handlesIn, type FunctionType } from "../../abi/index.ts";
import type { Handles } from "../handles/access.ts";
import { ENTRY } from "../handles/layout.ts";
import { checkParameters } from "./call.ts";
import { all, get, nothing, op, set, type Body, type Code } from "./code.ts";
import { Copier } from "./copy.ts";
import { memoryOf, tableOf, type HandleAccess } from "./crossing.ts";
import { forth, type Edge, type Ends } from "./edge.ts";
import type { AdapterModule } from "./module.ts";
import { FlatPlace, MemoryPlace, POINTER, type Sink } from "./place.ts";
import type { ShapeOf } from "./shape.ts";

export type Addressee =
  | { readonly kind: "wire"; readonly authority: Code }
  | {
      readonly kind: "handle";
      readonly handles: Handles;
      /** Of an own handle. */
      readonly ownKind: Code;
    };

/** To be imported before anything is defined. `resource`: of handles that are sent to, in what the adapter has. */
export function importAddressee(
  module: AdapterModule,
  resource: number | undefined,
  access: HandleAccess | undefined,
): Addressee {
  const kind = resource === undefined ? undefined : access?.types.get(resource);
  if (access === undefined || kind === undefined) {
    return { kind: "wire", authority: op("global.get", [module.importGlobal("kernel", "authority", true)]) };
  }
  return { kind: "handle", handles: access.handles, ownKind: op("global.get", [kind]) };
}

/** As the caller lowers it. A handle is an i32, whatever it stands for. */
export function addressedType({ kind }: Addressee, type: FunctionType): FunctionType {
  if (kind === "wire") return type;
  return { ...type, params: [{ label: "self", type: { kind: "u32" } }, ...type.params] };
}

/** What a caller's parameters are, once it is known where they are. */
export interface Addressed {
  /** Checks where the parameters are, and finds out whom the message is for: before it is begun. */
  readonly find: Code;
  /** Pushes the kernel's handle. */
  readonly authority: Code;
  /** Copies the parameters of the process's function. */
  readonly copy: (sink: Sink) => Code;
  /** When they are copied, or will not be: until then the handle is lent. */
  readonly release: Code;
}

/** `tuple`: of the function's parameters as the message holds them. */
export function addressed(
  addressee: Addressee,
  edge: Edge,
  type: FunctionType,
  tuple: ShapeOf<"record">,
  { params }: Ends,
  body: Body,
): Addressed {
  const lowered = addressedType(addressee, type);
  const whole = edge.shapes.record(lowered.params.map((param) => param.type));
  const [pointer] = params;
  const [check, source] =
    flattenFunction(lowered, "lower").paramsSpilled && pointer !== undefined
      ? [checkParameters(edge, whole, pointer), new MemoryPlace(memoryOf(edge.caller), pointer)]
      : [nothing, new FlatPlace(params)];
  const copier = new Copier(forth(edge));
  // A handle, where there is one, comes before them.
  const parts = whole.parts.slice(whole.parts.length - tuple.parts.length);
  const copy = (sink: Sink): Code =>
    all(
      ...parts.map((from, i) => {
        const to = tuple.parts[i] ?? from;
        return copier.copy(to.shape, source.part(from), sink.part(to));
      }),
    );
  if (addressee.kind === "wire")
    return { find: check, authority: addressee.authority, copy, release: nothing };
  const { handles, ownKind } = addressee;
  const [handle, entry, rep] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const found = { table: tableOf(edge.caller), handle, entry, ownKind };
  // Nobody else knows of the call, so it matters only to what is given in it.
  const lend = (by: 1 | -1): Code =>
    handlesIn(type.params.map((param) => param.type)).length === 0
      ? nothing
      : handles.count(get(entry), ENTRY.lends, by);
  return {
    find: all(
      check,
      set(handle, source.take(POINTER)),
      handles.find(found),
      set(rep, handles.load(get(entry), ENTRY.rep)),
      lend(1),
    ),
    authority: get(rep),
    copy,
    release: lend(-1),
  };
}
