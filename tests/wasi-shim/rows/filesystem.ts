/** wasi:filesystem: granted directories, files in them, and their streams. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dir } from "../../../index.ts";
import type { Grant } from "../../../toolchain/link/plan.ts";
import { checkedRows } from "../checks.ts";
import { CLOCK, CONSOLE, wasiGuest } from "../guest.ts";
import type { Row } from "../row.ts";

/** Below the folder that relative paths of grants start from. */
const FOLDER = `atoll-wasi-files-${process.pid}`;

const types = (...names: string[]): string[] => names.map((name) => `wasi:filesystem/types#${name}`);
const descriptor = (...names: string[]): string[] => types(...names.map((name) => `descriptor.${name}`));

/** What the guest finds: a directory to change, and one to read. */
export function makeFolder(folder: string): void {
  mkdirSync(join(folder, "data"), { recursive: true });
  mkdirSync(join(folder, "fixed"));
  writeFileSync(join(folder, "fixed", "fixed.txt"), "fixed");
  writeFileSync(join(folder, "outside"), "secret");
  execFileSync("mkfifo", [join(folder, "fixed", "pipe")]);
}

function guest(): Promise<Uint8Array> {
  makeFolder(join(tmpdir(), FOLDER));
  return wasiGuest("filesystem");
}

export function removeFolder(): void {
  rmSync(join(tmpdir(), FOLDER), { recursive: true, force: true });
}

/** What the guest is granted of a folder. */
export function directoriesIn(folder: string): Grant[] {
  return [
    dir(`${folder}/data`, "read-write", { as: "/data" }),
    dir(`${folder}/fixed`, "read", { as: "/fixed" }),
  ];
}

const grants = [CLOCK, CONSOLE, ...directoriesIn(FOLDER)];

export const ROWS: readonly Row[] = checkedRows(guest, { process: { grants } }, [
  {
    name: "the preopens are what was granted, by its names",
    proves: ["wasi:filesystem/preopens#get-directories"],
  },
  { name: "write returns how much it wrote", proves: descriptor("write", "open-at") },
  { name: "read gives bytes of any place", proves: descriptor("read") },
  { name: "read says where the file ends", proves: descriptor("read") },
  { name: "set-size cuts a file off", proves: descriptor("set-size") },
  { name: "get-flags says what it was opened for", proves: descriptor("get-flags") },
  { name: "sync and sync-data return", proves: descriptor("sync", "sync-data") },
  {
    name: "advise is taken of files",
    proves: descriptor("advise"),
    linux: { partly: "It is checked, and the host is not told." },
  },
  { name: "open-at says that a file exists", proves: descriptor("open-at") },
  {
    name: "write-via-stream writes from a place on, also when the descriptor is gone",
    proves: descriptor("write-via-stream"),
  },
  { name: "append-via-stream writes at the end", proves: descriptor("append-via-stream") },
  { name: "read-via-stream goes on from a place", proves: descriptor("read-via-stream") },
  { name: "a file's stream is closed at its end", proves: descriptor("read-via-stream") },
  {
    name: "a stream is refused by what cannot be its file",
    proves: descriptor("read-via-stream", "write-via-stream"),
  },
  { name: "streams carry files of any size", proves: descriptor("read-via-stream", "write-via-stream") },
  { name: "filesystem-error-code knows why a stream failed", proves: types("filesystem-error-code") },
  { name: "stat says size, kind and times", proves: descriptor("stat", "get-type") },
  {
    name: "set-times sets both times",
    proves: descriptor("set-times"),
    linux: { partly: "Times are set to the microsecond." },
    images: "as WASI has it",
  },
  { name: "a time after the last one is that", proves: descriptor("set-times") },
  {
    name: "set-times-at keeps one, and sets the other to now",
    proves: descriptor("set-times-at"),
    linux: { partly: "Times are set to the microsecond." },
    images: "as WASI has it",
  },
  { name: "stat-at says that nothing is there", proves: descriptor("stat-at") },
  { name: "is-same-object tells files apart", proves: descriptor("is-same-object") },
  { name: "metadata-hash is that of the file", proves: descriptor("metadata-hash", "metadata-hash-at") },
  { name: "create-directory-at makes one", proves: descriptor("create-directory-at") },
  { name: "rename-at moves a file", proves: descriptor("rename-at") },
  { name: "link-at gives a file a second name", proves: descriptor("link-at") },
  { name: "symlink-at makes a link, which is followed", proves: descriptor("symlink-at") },
  { name: "readlink-at says where it leads", proves: descriptor("readlink-at") },
  { name: "unlink-file-at removes files and links", proves: descriptor("unlink-file-at") },
  { name: "remove-directory-at removes what is empty", proves: descriptor("remove-directory-at") },
  {
    name: "read-directory gives each entry once",
    proves: descriptor("read-directory"),
    linux: { partly: "Names that are not UTF-8 are left out." },
  },
  {
    name: "read-directory-entry says when there are no more",
    proves: types("directory-entry-stream.read-directory-entry"),
  },
  { name: "no path leaves a directory", proves: descriptor("open-at", "symlink-at") },
  {
    name: "a directory granted for reading is read and not changed",
    proves: descriptor("open-at", "create-directory-at"),
  },
  { name: "a pipe is not opened", proves: descriptor("open-at") },
]);
