/**
 * `atoll:device/files` as types: directories of the host, by handles.
 *
 * The same as in `wit/device.wit`, which a test compares. The order of labels
 * is part of the interface: hosts write positions.
 */
import type { Interface, ResourceType, ValueType } from "../../abi/index.ts";
import {
  bool,
  bytes,
  enumeration,
  flags,
  func,
  interfaceOf,
  list,
  record,
  string,
  tuple,
  u64,
  variant,
} from "../interface-types.ts";
import { FILE_ERRORS } from "../plan-errors.ts";

const OWNER = "atoll:device/files@0.1.0";

const errorCode = enumeration(OWNER, "error-code", FILE_ERRORS);
const descriptorType = enumeration(OWNER, "descriptor-type", [
  "unknown",
  "block-device",
  "character-device",
  "directory",
  "fifo",
  "symbolic-link",
  "regular-file",
  "socket",
]);
const descriptorFlags = flags(OWNER, "descriptor-flags", [
  "read",
  "write",
  "file-integrity-sync",
  "data-integrity-sync",
  "requested-write-sync",
  "mutate-directory",
]);
const pathFlags = flags(OWNER, "path-flags", ["symlink-follow"]);
const openFlags = flags(OWNER, "open-flags", ["create", "directory", "exclusive", "truncate"]);
const descriptorStat = record(OWNER, "descriptor-stat", {
  type: descriptorType,
  "link-count": u64,
  size: u64,
  accessed: u64,
  modified: u64,
  changed: u64,
});
const newTimestamp = variant(OWNER, "new-timestamp", {
  "no-change": undefined,
  now: undefined,
  timestamp: u64,
});
const directoryEntry = record(OWNER, "directory-entry", { type: descriptorType, name: string });
const metadataHash = record(OWNER, "metadata-hash-value", { lower: u64, upper: u64 });

const descriptor: ResourceType = { name: { name: "descriptor", owner: OWNER } };
const entryStream: ResourceType = { name: { name: "directory-entry-stream", owner: OWNER } };
const own: ValueType = { kind: "own", resource: descriptor };
const self: ValueType = { kind: "borrow", resource: descriptor };
const path = string;

export const FILES: Interface = interfaceOf(
  {
    "[method]descriptor.read": func({ self, length: u64, offset: u64 }, orError(tuple(bytes, bool))),
    "[method]descriptor.write": func({ self, buffer: bytes, offset: u64 }, orError(u64)),
    "[method]descriptor.append": func({ self, buffer: bytes }, orError(u64)),
    "[method]descriptor.set-size": func({ self, size: u64 }, orError()),
    "[method]descriptor.sync": func({ self }, orError()),
    "[method]descriptor.sync-data": func({ self }, orError()),
    "[method]descriptor.get-flags": func({ self }, orError(descriptorFlags)),
    "[method]descriptor.get-type": func({ self }, orError(descriptorType)),
    "[method]descriptor.stat": func({ self }, orError(descriptorStat)),
    "[method]descriptor.set-times": func({ self, accessed: newTimestamp, modified: newTimestamp }, orError()),
    "[method]descriptor.is-same-object": func({ self, other: self }, bool),
    "[method]descriptor.metadata-hash": func({ self }, orError(metadataHash)),
    "[method]descriptor.read-directory": func({ self }, orError({ kind: "own", resource: entryStream })),
    "[method]descriptor.open-at": func(
      { self, "path-flags": pathFlags, path, "open-flags": openFlags, flags: descriptorFlags },
      orError(own),
    ),
    "[method]descriptor.stat-at": func({ self, "path-flags": pathFlags, path }, orError(descriptorStat)),
    "[method]descriptor.set-times-at": func(
      { self, "path-flags": pathFlags, path, accessed: newTimestamp, modified: newTimestamp },
      orError(),
    ),
    "[method]descriptor.metadata-hash-at": func(
      { self, "path-flags": pathFlags, path },
      orError(metadataHash),
    ),
    "[method]descriptor.create-directory-at": func({ self, path }, orError()),
    "[method]descriptor.remove-directory-at": func({ self, path }, orError()),
    "[method]descriptor.unlink-file-at": func({ self, path }, orError()),
    "[method]descriptor.rename-at": func(
      { self, "old-path": path, "new-descriptor": self, "new-path": path },
      orError(),
    ),
    "[method]descriptor.link-at": func(
      { self, "old-path-flags": pathFlags, "old-path": path, "new-descriptor": self, "new-path": path },
      orError(),
    ),
    "[method]descriptor.symlink-at": func({ self, "old-path": path, "new-path": path }, orError()),
    "[method]descriptor.readlink-at": func({ self, path }, orError(string)),
    "[method]directory-entry-stream.read-directory-entries": func(
      { self: { kind: "borrow", resource: entryStream } },
      orError(list(directoryEntry)),
    ),
    preopens: func({}, list(tuple(own, string))),
  },
  [
    errorCode,
    descriptorType,
    descriptorFlags,
    pathFlags,
    openFlags,
    descriptorStat,
    newTimestamp,
    directoryEntry,
    metadataHash,
  ],
  [descriptor, entryStream],
);

function orError(ok?: ValueType): ValueType {
  return { kind: "result", ...(ok && { ok }), err: errorCode };
}
