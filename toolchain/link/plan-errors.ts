/**
 * Error codes of devices, in the order of the enum in `wit/device.wit`, which is their discriminant.
 *
 * Linkers type the interface by them, and hosts write positions in them.
 */

/** Of `atoll:device/files`: those of wasi:filesystem. */
export const FILE_ERRORS = [
  "access",
  "would-block",
  "already",
  "bad-descriptor",
  "busy",
  "deadlock",
  "quota",
  "exist",
  "file-too-large",
  "illegal-byte-sequence",
  "in-progress",
  "interrupted",
  "invalid",
  "io",
  "is-directory",
  "loop",
  "too-many-links",
  "message-size",
  "name-too-long",
  "no-device",
  "no-entry",
  "no-lock",
  "insufficient-memory",
  "insufficient-space",
  "not-directory",
  "not-empty",
  "not-recoverable",
  "unsupported",
  "no-tty",
  "no-such-device",
  "overflow",
  "not-permitted",
  "pipe",
  "read-only",
  "invalid-seek",
  "text-file-busy",
  "cross-device",
] as const;

/** Of `atoll:device/sockets`: those of wasi:sockets. */
export const SOCKET_ERRORS = [
  "unknown",
  "access-denied",
  "not-supported",
  "invalid-argument",
  "out-of-memory",
  "timeout",
  "concurrency-conflict",
  "not-in-progress",
  "would-block",
  "invalid-state",
  "new-socket-limit",
  "address-not-bindable",
  "address-in-use",
  "remote-unreachable",
  "connection-refused",
  "connection-reset",
  "connection-aborted",
  "datagram-too-large",
  "name-unresolvable",
  "temporary-resolver-failure",
  "permanent-resolver-failure",
] as const;

/** Of `atoll:device/http-server`. */
export const HTTP_SERVER_ERRORS = ["closed", "not-now", "invalid", "too-large"] as const;

/** Of `atoll:device/http-client`. */
export const HTTP_CLIENT_ERRORS = [
  "denied",
  "invalid",
  "not-now",
  "too-many",
  "not-found",
  "refused",
  "unreachable",
  "timeout",
  "closed",
  "tls",
  "protocol",
  "too-large",
] as const;
