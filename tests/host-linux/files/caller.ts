/** The device of granted directories, as a guest would use it: by reps, and with WASI's words. */
import type { ComponentValue } from "../../../toolchain/abi/index.ts";
import type { GrantedDirectory } from "../../../toolchain/link/plan.ts";
import { deviceCaller, type Call, type Setting } from "../device-caller.ts";

export interface Guest {
  readonly call: Call;
  /** Reps of the granted directories. */
  readonly roots: readonly number[];
  /** A method of a descriptor; what it returns, or the error. */
  do(rep: number, method: string, ...args: unknown[]): Outcome;
  /** Opens what has to be there, or may be made; returns its rep, or the error. */
  open(rep: number, path: string, how?: How): number | string;
  /** The same; throws where it cannot be opened. */
  opened(rep: number, path: string, how?: How): number;
  read(rep: number, path: string): string;
  names(rep: number): string[] | string;
  close(rep: number): void;
}

/** A value, or `!` and the error. */
type Outcome = ComponentValue | undefined;

/** Words of `open-flags` and `descriptor-flags`; "nofollow" for no `symlink-follow`. */
type How = string;

export const FOLLOW = { "symlink-follow": true };
export const NOFOLLOW = {};
const OPEN_FLAGS = new Set(["create", "directory", "exclusive", "truncate"]);

export async function guestWith(
  directories: readonly (string | Partial<GrantedDirectory>)[],
  setting: Setting = {},
): Promise<Guest> {
  const granted = directories.map((directory) => {
    const {
      path = "",
      as = path,
      write = true,
    } = typeof directory === "string" ? { path: directory } : directory;
    return { path, as, write };
  });
  const call = await deviceCaller({ device: "atoll:device/files", directories: granted }, setting);
  const preopens = call("preopens") as [number, string][];
  return guestOf(
    call,
    preopens.map(([rep]) => rep),
  );
}

function guestOf(call: Call, roots: readonly number[]): Guest {
  const method = (rep: number, name: string, ...args: unknown[]): Outcome =>
    outcome(call(`[method]descriptor.${name}`, rep, ...args));
  const open = (rep: number, path: string, how = "read"): number | string => {
    const words = how.split(" ");
    const flags = (of: (word: string) => boolean): object =>
      Object.fromEntries(words.filter((word) => word !== "nofollow" && of(word)).map((word) => [word, true]));
    const follow = words.includes("nofollow") ? NOFOLLOW : FOLLOW;
    return method(
      rep,
      "open-at",
      follow,
      path,
      flags((word) => OPEN_FLAGS.has(word)),
      flags((word) => !OPEN_FLAGS.has(word)),
    ) as number | string;
  };
  const opened = (rep: number, path: string, how?: How): number => {
    const found = open(rep, path, how);
    if (typeof found === "number") return found;
    throw new Error(`${path}: ${found}`);
  };
  return {
    call,
    roots,
    do: method,
    open,
    opened,
    read(rep, path) {
      const file = open(rep, path);
      if (typeof file === "string") return file;
      const result = method(file, "read", 1_000_000n, 0n);
      this.close(file);
      return typeof result === "string" ? result : new TextDecoder().decode((result as [Uint8Array])[0]);
    },
    names(rep) {
      const stream = method(rep, "read-directory");
      if (typeof stream !== "number") return stream as string;
      const names: string[] = [];
      for (;;) {
        const batch = outcome(call("[method]directory-entry-stream.read-directory-entries", stream));
        if (!Array.isArray(batch)) return batch as string;
        if (batch.length === 0) break;
        names.push(...batch.map((entry: { type: string; name: string }) => `${entry.type} ${entry.name}`));
      }
      call("drop directory-entry-stream", stream);
      return names.sort();
    },
    close: (rep) => void call("drop descriptor", rep),
  };
}

function outcome(result: ComponentValue | undefined): Outcome {
  if (typeof result !== "object" || !("case" in result)) return result;
  const { case: label, value } = result as { case: string; value?: ComponentValue };
  return label === "error" ? `!${value as string}` : value;
}
