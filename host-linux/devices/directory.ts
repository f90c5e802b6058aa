/**
 * `atoll:device/directory`: a granted directory, read only, in core values.
 *
 * Results are laid out as CanonicalABI.md says (offsets in bytes):
 *
 *      entry                       result<list or string, error-code>
 *       0 name: offset, length      0 discriminant, 0 ok or 1 error
 *       8 kind: u8                  4 ok: offset, length; or error-code: u8
 *      16 size: u64                12
 *      24                          result<entry, error-code>: payload at 8, 32 in all
 *
 * A result<file, error-code> is 8 long, one of u64 is 16: their payloads are at 4 and 8.
 */
import { isUtf8 } from "node:buffer";
import { fstatSync, readSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { deviceDestructor } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import { MOST_BYTES, listEntries, openFile, statEntry, type Entry } from "./directory-files.ts";
import type { OpenFiles } from "./open-files.ts";
import { DirectoryError, ERROR_CODES, asDirectoryError } from "./path-walk.ts";
import { storeSpan, type Span, type Transfer } from "./transfer.ts";

const ENTRY = { size: 24, alignment: 8, kind: 8, bytes: 16 } as const;
const KINDS = ["file", "directory"] as const;
/** EF BB BF, which editors of one vendor put before text. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

interface StoredEntry extends Entry {
  readonly span: Span;
}

/** Throws HostError when the granted path is not a directory. `base` is what relative paths start from. */
export function createDirectory(
  { process, transfer, files, give, checkStop }: DeviceContext,
  grant: GrantOf<"atoll:device/directory">,
  base: string,
): Device {
  const root = rootOf(process.name, resolve(base, grant.path));
  const answer = (offset: number, length: number, make: (path: string) => Span): number => {
    checkStop();
    return resultSpan(transfer, () => make(transfer.string(offset, length)));
  };
  return {
    list: (offset: number, length: number) =>
      answer(offset, length, (path) => {
        const stored = listEntries(root, path).map((entry) => withSpan(transfer, entry));
        return transfer.storeList(stored, ENTRY, storeEntry);
      }),
    read: (offset: number, length: number) =>
      answer(offset, length, (path) => readFile(transfer, root, path)),
    "read-text": (offset: number, length: number) =>
      answer(offset, length, (path) => textOf(transfer, readFile(transfer, root, path))),
    stat(offset: number, length: number): number {
      checkStop();
      return resultEntry(transfer, () => statEntry(root, transfer.string(offset, length)));
    },
    open(offset: number, length: number): number {
      checkStop();
      return resultOf(transfer, 8, 4, () => {
        const handle = give("file", files.add(openFile(root, transfer.string(offset, length))));
        return (view) => view.setUint32(4, handle, true);
      });
    },
    "[method]file.read"(rep: number, offset: bigint, length: number): number {
      checkStop();
      return resultSpan(transfer, () => readRange(transfer, files, rep, offset, length >>> 0));
    },
    "[method]file.size"(rep: number): number {
      checkStop();
      return resultOf(transfer, 16, 8, () => {
        const size = asDirectoryError(() => fstatSync(files.get(rep).descriptor).size);
        return (view) => view.setBigUint64(8, BigInt(size), true);
      });
    },
    [deviceDestructor("file")]: (rep: number) => files.close(rep),
  };
}

function rootOf(process: string, path: string): string {
  try {
    const real = realpathSync.native(path);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HostError(
      `Process ${process} is granted the directory ${path}, which cannot be opened (${code ?? "unknown error"}). ` +
        "Create it, or correct the path in the system's description.",
      { cause: error },
    );
  }
  throw new HostError(`Process ${process} is granted the directory ${path}, which is not a directory.`);
}

function readFile(transfer: Transfer, root: string, path: string): Span {
  using file = openFile(root, path);
  if (file.size > MOST_BYTES) throw new DirectoryError("too-large");
  const span = transfer.allocate(file.size, 1);
  const bytes = transfer.bytes(span.offset, span.length);
  let done = 0;
  while (done < bytes.length) {
    const count = asDirectoryError(() => readSync(file.descriptor, bytes, done, bytes.length - done, null));
    if (count === 0) break;
    done += count;
  }
  return { offset: span.offset, length: done };
}

/** What is there of it: a guest may ask for more than it has room for. */
function readRange(transfer: Transfer, files: OpenFiles, rep: number, offset: bigint, length: number): Span {
  if (length > MOST_BYTES) throw new DirectoryError("too-large");
  const at = BigInt.asUintN(64, offset);
  const size = BigInt(asDirectoryError(() => fstatSync(files.get(rep).descriptor).size));
  const left = at < size ? size - at : 0n;
  const span = transfer.allocate(left < BigInt(length) ? Number(left) : length, 1);
  return { offset: span.offset, length: files.read(rep, at, transfer.bytes(span.offset, span.length)) };
}

function textOf(transfer: Transfer, span: Span): Span {
  const bytes = transfer.bytes(span.offset, span.length);
  if (!isUtf8(bytes)) throw new DirectoryError("invalid-utf8");
  const marked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  return marked ? { offset: span.offset + 3, length: span.length - 3 } : span;
}

function withSpan(transfer: Transfer, entry: Entry): StoredEntry {
  return { ...entry, span: transfer.storeString(entry.name) };
}

function storeEntry(view: DataView, at: number, { span, kind, size }: StoredEntry): void {
  storeSpan(view, at, span);
  view.setUint8(at + ENTRY.kind, KINDS.indexOf(kind));
  view.setBigUint64(at + ENTRY.bytes, BigInt(size), true);
}

function resultSpan(transfer: Transfer, make: () => Span): number {
  const made = valueOrError(make);
  return transfer.result(12, 4, (view) => {
    if ("value" in made) storeSpan(view, 4, made.value);
    else storeError(view, 4, made.error);
  });
}

function resultEntry(transfer: Transfer, make: () => Entry): number {
  const made = valueOrError(() => withSpan(transfer, make()));
  return transfer.result(32, 8, (view) => {
    if ("value" in made) storeEntry(view, 8, made.value);
    else storeError(view, 8, made.error);
  });
}

/** A result whose value is stored by what makes it. */
function resultOf(
  transfer: Transfer,
  size: number,
  alignment: 4 | 8,
  make: () => (view: DataView) => void,
): number {
  const made = valueOrError(make);
  return transfer.result(size, alignment, (view) => {
    if ("value" in made) made.value(view);
    else storeError(view, alignment, made.error);
  });
}

function storeError(view: DataView, payload: number, error: DirectoryError): void {
  view.setUint8(0, 1);
  view.setUint8(payload, ERROR_CODES.indexOf(error.code));
}

function valueOrError<T>(make: () => T): { value: T } | { error: DirectoryError } {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof DirectoryError) return { error };
    throw error;
  }
}
