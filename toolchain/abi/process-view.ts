/**
 * The process view of an interface: processes that export it, as handles.
 *
 * `ns:p/i-process@v` is derived from `ns:p/i@v`. It has one resource, `process`:
 * a handle of it may call a process. The functions of the interface are its
 * methods, and each may also end in a fault; `spawn` makes a process, `provider`
 * is a handle of one that is there, `narrow` makes a handle that may less, and
 * `revoke` takes handles back. The process exports `ns:p/i@v` and knows nothing of it.
 */
import { AbiError } from "./error.ts";
import { faultEntry, guardedFunction, isFaultResult } from "./guard.ts";
import { handlesIn, type HandleType } from "./handles-in.ts";
import { isProcessResource, PROCESS, processViewName, spawnedName } from "./process-resource.ts";
import type { FunctionType, ResourceType, ValueType } from "./types.ts";
import type { Interface } from "./world.ts";

/** What the system implements for every process: its methods, and `spawn` and `provider`, which are static. */
export const PROCESS_FUNCTIONS = ["spawn", "provider", "monitor", "link", "narrow", "revoke"] as const;

/** The flags of each process view: one for each function of the interface, in its order. */
export const PROCESS_FLAGS = "functions";

/** Flags of WIT, and bits of the mask of a kernel's handle. */
const MOST_FUNCTIONS = 32;

/**
 * The process view of an interface whose types have names.
 * @param id of the interface
 * @throws AbiError when it has what messages to a process cannot carry, or names that the view needs.
 */
export function processView(id: string, { types, functions }: Interface): Interface {
  refuse(id, { types, functions });
  const owner = processViewName(id);
  const resource: ResourceType = { name: { name: PROCESS, owner } };
  const flags: ValueType = {
    kind: "flags",
    labels: functions.map(({ name }) => name),
    name: { name: PROCESS_FLAGS, owner },
  };
  const self = { label: "self", type: { kind: "borrow", resource } } as const;
  const method = (name: string, type: FunctionType): Interface["functions"][number] => ({
    name: `[method]${PROCESS}.${name}`,
    type: guardedFunction({ ...type, params: [self, ...type.params] }),
  });
  const own: ValueType = { kind: "own", resource };
  const nothing = { async: false, params: [] } as const;
  const made = guardedFunction({ ...nothing, result: own });
  const narrowed = [
    { label: PROCESS_FLAGS, type: flags },
    { label: "uses", type: { kind: "u32" } },
    { label: "rate", type: { kind: "u32" } },
    { label: "microseconds", type: { kind: "u64" } },
  ] as const;
  return {
    types: [
      ...faultEntry(types),
      ...types,
      { name: PROCESS_FLAGS, type: { kind: "value", type: flags } },
      { name: PROCESS, type: { kind: "resource", resource } },
    ],
    functions: [
      { name: `[static]${PROCESS}.spawn`, type: made },
      { name: `[static]${PROCESS}.provider`, type: made },
      method("monitor", { async: false, params: [{ label: "token", type: { kind: "u32" } }] }),
      method("link", nothing),
      method("narrow", { async: false, params: narrowed, result: own }),
      method("revoke", nothing),
      ...functions.map(({ name, type }) => method(name, type)),
    ],
  };
}

/** Whether an import of this name and type is a process view, and not only called like one. */
export function isProcessView(name: string, { types, functions }: Interface): boolean {
  const isOwn = (resource: ResourceType): boolean =>
    !isProcessResource(resource) || resource.name?.owner === name;
  const resources = types.filter(({ type }) => type.kind === "resource" && isOwn(type.resource));
  return (
    spawnedName(name) !== undefined &&
    resources.length === 1 &&
    resources[0]?.name === PROCESS &&
    functions.every((fn) => /^\[\w+\]process\./.test(fn.name) && isFaultResult(fn.type))
  );
}

function refuse(id: string, { types, functions }: Interface): void {
  const view = processViewName(id);
  if (functions.length === 0) throw new AbiError(id, `it has no functions, so ${view} would be of no use`);
  if (functions.length > MOST_FUNCTIONS) {
    throw new AbiError(
      id,
      `it has ${functions.length} functions, and a handle of a process tells ${MOST_FUNCTIONS} apart, so there is no ${view}; make two interfaces of it`,
    );
  }
  for (const { name, type } of types) {
    const isLeft = type.kind === "resource" ? !isProcessResource(type.resource) : cannotBeSent(type.type);
    if (isLeft) {
      throw new AbiError(
        id,
        `it has the resource or handles ${name}, which messages to a process cannot carry, so there is no ${view}; put the functions without them into an interface of their own`,
      );
    }
    if (name === PROCESS || name === PROCESS_FLAGS) throw new AbiError(id, taken("type", name, view));
  }
  for (const { name, type } of functions) {
    if (PROCESS_FUNCTIONS.some((own) => own === name)) throw new AbiError(id, taken("function", name, view));
    const found = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
    if (!found.some(cannotBeSent)) continue;
    const lends = handlesIn(found).every(({ resource }) => isProcessResource(resource));
    throw new AbiError(
      id,
      lends
        ? `the function ${name} borrows a process, which messages to a process cannot carry, so there is no ${view}; let it take the handle itself, which its caller makes by narrow`
        : `the function ${name} has handles, which messages to a process cannot carry, so there is no ${view}`,
    );
  }
}

/** It carries handles other than own ones of processes. */
function cannotBeSent(type: ValueType): boolean {
  return handlesIn([type]).some(
    ({ kind, resource }: HandleType) => kind === "borrow" || !isProcessResource(resource),
  );
}

function taken(what: string, name: string, view: string): string {
  return `its ${what} ${name} has a name that ${view} needs for its own; rename it`;
}
