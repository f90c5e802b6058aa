/**
 * The resource of process views by its name, and theirs.
 *
 * Its handles are the kernel's: they go from process to process as they are, so
 * views of other interfaces leave it alone.
 */
import { handlesIn } from "./handles-in.ts";
import type { ResourceType, ValueType } from "./types.ts";

/** The resource of each process view. */
export const PROCESS = "process";

/** Such as `chat:room/api-process@0.1.0` for `chat:room/api@0.1.0`. */
export function processViewName(name: string): string {
  const [id = "", ...version] = name.split("@");
  return [`${id}-process`, ...version].join("@");
}

/** The interface whose process view has this name; `undefined` when it is no such name. */
export function spawnedName(name: string): string | undefined {
  const match = /^([^@]*[^@/:-])-process((?:@.*)?)$/.exec(name);
  return match === null ? undefined : `${match[1]}${match[2]}`;
}

/** Whether it is the resource of a process view. */
export function isProcessResource({ name }: ResourceType): boolean {
  return name?.name === PROCESS && name.owner !== undefined && spawnedName(name.owner) !== undefined;
}

/** Whether values of the type carry handles, and those of processes alone. */
export function carriesProcesses(type: ValueType): boolean {
  const handles = handlesIn([type]);
  return handles.length > 0 && handles.every(({ resource }) => isProcessResource(resource));
}
