/**
 * `atoll:device/files`: granted directories by handles, in core values.
 *
 * Enums, flags and cases are small integers; results are in files/result.ts.
 */
import { resolve } from "node:path";
import { deviceDestructor, type GrantedDirectory } from "../../toolchain/link/plan.ts";
import { DeviceTrap, HostError } from "../host-error.ts";
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import {
  hashOf,
  isSameObject,
  setTimes,
  setTimesAt,
  statAt,
  typeOf,
  type NewTimestamp,
} from "./files/attributes.ts";
import { checkRoot, openRoot } from "./files/beneath.ts";
import type { Descriptor } from "./files/descriptor.ts";
import { EntryStream } from "./files/entries.ts";
import { FileError } from "./files/error.ts";
import {
  createDirectory,
  link,
  readLink,
  removeDirectory,
  rename,
  symlink,
  unlinkFile,
  type Below,
} from "./files/names.ts";
import { directoryOf, openAt } from "./files/open.ts";
import { Results } from "./files/result.ts";
import { storeSpan, type Transfer } from "./transfer.ts";

/** That are read at once. */
const MOST_BYTES = 1024n * 1024n;
/** Bit of the interface's `path-flags`. */
const SYMLINK_FOLLOW = 1;

/** Throws HostError when a granted path is not a directory. `base` is what relative paths start from. */
export function createFiles(
  context: DeviceContext,
  grant: GrantOf<"atoll:device/files">,
  base: string,
): Device {
  const roots = grant.directories.map((directory) => rootOf(context.process.name, directory, base));
  const files = new Files(context);
  return {
    ...contents(files),
    ...attributes(files),
    ...names(files),
    preopens: () => files.preopens(roots),
    [deviceDestructor("descriptor")]: (rep: number) => context.descriptors.close(rep),
    [deviceDestructor("directory-entry-stream")]: (rep: number) => context.descriptors.close(rep),
  };
}

interface Root {
  readonly path: string;
  readonly as: string;
  readonly write: boolean;
}

function rootOf(process: string, { path, as, write }: GrantedDirectory, base: string): Root {
  const full = resolve(base, path);
  try {
    checkRoot(full);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HostError(
      code === "ENOTDIR"
        ? `Process ${process} is granted the directory ${full}, which is not a directory.`
        : `Process ${process} is granted the directory ${full}, which cannot be opened (${code ?? "unknown error"}). ` +
            "Create it, or correct the path in the system's description.",
      { cause: error },
    );
  }
  return { path: full, as, write };
}

/** What all functions work on. */
class Files {
  readonly results: Results;
  readonly transfer: Transfer;
  readonly #context: DeviceContext;

  constructor(context: DeviceContext) {
    this.#context = context;
    this.transfer = context.transfer;
    this.results = new Results(context.transfer, context.checkStop);
  }

  descriptor(rep: number): Descriptor {
    return this.#context.descriptors.descriptor(rep);
  }

  entries(rep: number): EntryStream {
    return this.#context.descriptors.entries(rep);
  }

  below(rep: number, offset: number, length: number): Below {
    return { of: this.descriptor(rep), path: this.transfer.string(offset, length) };
  }

  /** A handle of what `open` opens. */
  give(resource: "descriptor" | "directory-entry-stream", open: () => Descriptor | EntryStream): number {
    return this.#context.give(resource, this.#add(open));
  }

  checkStop(): void {
    this.#context.checkStop();
  }

  preopens(roots: readonly Root[]): number {
    this.checkStop();
    const reps: number[] = [];
    try {
      for (const root of roots) reps.push(this.#openRoot(root));
    } catch (error) {
      for (const rep of reps) this.#context.descriptors.close(rep);
      throw error;
    }
    const named = roots.map(({ as }, i) => ({
      handle: this.#context.give("descriptor", reps[i] ?? 0, i > 0),
      span: this.transfer.storeString(as),
    }));
    return this.transfer.list(
      this.transfer.storeList(named, { size: 12, alignment: 4 }, (view, at, { handle, span }) => {
        view.setUint32(at, handle, true);
        storeSpan(view, at + 4, span);
      }),
    );
  }

  /** By its path each time: a process that begins anew finds a directory that was made anew. */
  #openRoot({ path, as, write }: Root): number {
    try {
      return this.#add(() => directoryOf(openRoot(path), write));
    } catch (error) {
      const code = error instanceof FileError ? error.code : (error as NodeJS.ErrnoException).code;
      throw new DeviceTrap(`files: the granted directory "${as}" cannot be opened (${code})`);
    }
  }

  #add(open: () => Descriptor | EntryStream): number {
    const { descriptors, kernel, process } = this.#context;
    return descriptors.add({ pid: kernel?.pid(), name: process.name }, open);
  }
}

function contents(files: Files): Device {
  const { results, transfer } = files;
  return {
    "[method]descriptor.read": (rep: number, length: bigint, offset: bigint) =>
      results.bytesAndEnd(() => {
        const asked = BigInt.asUintN(64, length);
        const most = Number(asked < MOST_BYTES ? asked : MOST_BYTES);
        const span = transfer.allocate(most, 1);
        const bytes = transfer.bytes(span.offset, most);
        const count = files.descriptor(rep).read(bytes, BigInt.asUintN(64, offset));
        return { offset: span.offset, length: count, isEnd: count < most };
      }),
    "[method]descriptor.write": (rep: number, at: number, length: number, offset: bigint) =>
      results.u64(() => files.descriptor(rep).write(transfer.bytes(at, length), BigInt.asUintN(64, offset))),
    "[method]descriptor.append": (rep: number, at: number, length: number) =>
      results.u64(() => files.descriptor(rep).append(transfer.bytes(at, length))),
    "[method]descriptor.set-size": (rep: number, size: bigint) =>
      results.nothing(() => files.descriptor(rep).setSize(BigInt.asUintN(64, size))),
    "[method]descriptor.sync": (rep: number) => results.nothing(() => files.descriptor(rep).sync()),
    "[method]descriptor.sync-data": (rep: number) => results.nothing(() => files.descriptor(rep).syncData()),
    "[method]descriptor.read-directory": (rep: number) =>
      results.handle(() =>
        files.give("directory-entry-stream", () => new EntryStream(files.descriptor(rep))),
      ),
    "[method]directory-entry-stream.read-directory-entries": (rep: number) =>
      results.entries(() => files.entries(rep).next()),
  };
}

function attributes(files: Files): Device {
  const { results } = files;
  return {
    "[method]descriptor.get-flags": (rep: number) => results.small(() => files.descriptor(rep).flags),
    "[method]descriptor.get-type": (rep: number) => results.small(() => typeOf(files.descriptor(rep).stat())),
    "[method]descriptor.stat": (rep: number) => results.stat(() => files.descriptor(rep).stat()),
    "[method]descriptor.stat-at": (rep: number, flags: number, offset: number, length: number) =>
      results.stat(() => statAt(files.below(rep, offset, length), follows(flags))),
    "[method]descriptor.set-times": (rep: number, ...times: [number, bigint, number, bigint]) =>
      results.nothing(() => setTimes(files.descriptor(rep), ...timestamps(times))),
    "[method]descriptor.set-times-at": (
      rep: number,
      flags: number,
      offset: number,
      length: number,
      ...times: [number, bigint, number, bigint]
    ) =>
      results.nothing(() =>
        setTimesAt(files.below(rep, offset, length), follows(flags), ...timestamps(times)),
      ),
    "[method]descriptor.is-same-object": (rep: number, other: number) => {
      files.checkStop();
      return isSameObject(files.descriptor(rep), files.descriptor(other)) ? 1 : 0;
    },
    "[method]descriptor.metadata-hash": (rep: number) =>
      results.hash(() => hashOf(files.descriptor(rep).stat())),
    "[method]descriptor.metadata-hash-at": (rep: number, flags: number, offset: number, length: number) =>
      results.hash(() => hashOf(statAt(files.below(rep, offset, length), follows(flags)))),
  };
}

function names(files: Files): Device {
  const { results, transfer } = files;
  return {
    "[method]descriptor.open-at": (
      rep: number,
      pathFlags: number,
      offset: number,
      length: number,
      open: number,
      flags: number,
    ) =>
      results.handle(() => {
        const { of, path } = files.below(rep, offset, length);
        return files.give("descriptor", () => openAt(of, { path, follow: follows(pathFlags), open, flags }));
      }),
    "[method]descriptor.create-directory-at": (rep: number, offset: number, length: number) =>
      results.nothing(() => createDirectory(files.below(rep, offset, length))),
    "[method]descriptor.remove-directory-at": (rep: number, offset: number, length: number) =>
      results.nothing(() => removeDirectory(files.below(rep, offset, length))),
    "[method]descriptor.unlink-file-at": (rep: number, offset: number, length: number) =>
      results.nothing(() => unlinkFile(files.below(rep, offset, length))),
    "[method]descriptor.rename-at": (
      rep: number,
      offset: number,
      length: number,
      to: number,
      toOffset: number,
      toLength: number,
    ) => results.nothing(() => rename(files.below(rep, offset, length), files.below(to, toOffset, toLength))),
    "[method]descriptor.link-at": (
      rep: number,
      flags: number,
      offset: number,
      length: number,
      to: number,
      toOffset: number,
      toLength: number,
    ) =>
      results.nothing(() => {
        if (follows(flags)) throw new FileError("invalid");
        link(files.below(rep, offset, length), files.below(to, toOffset, toLength));
      }),
    "[method]descriptor.symlink-at": (
      rep: number,
      offset: number,
      length: number,
      toOffset: number,
      toLength: number,
    ) =>
      results.nothing(() => symlink(transfer.string(offset, length), files.below(rep, toOffset, toLength))),
    "[method]descriptor.readlink-at": (rep: number, offset: number, length: number) =>
      results.span(() => transfer.storeString(readLink(files.below(rep, offset, length)))),
  };
}

function follows(flags: number): boolean {
  return (flags & SYMLINK_FOLLOW) !== 0;
}

function timestamps([a, accessed, m, modified]: [number, bigint, number, bigint]): [
  NewTimestamp,
  NewTimestamp,
] {
  return [timestamp(a, accessed), timestamp(m, modified)];
}

function timestamp(label: number, nanoseconds: bigint): NewTimestamp {
  if (label === 2) return BigInt.asUintN(64, nanoseconds);
  return label === 1 ? "now" : "no-change";
}
