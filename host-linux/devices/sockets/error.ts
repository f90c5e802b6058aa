/** Errors of the network: the cases that the device returns, and which of them Node's errors are. */
import { SOCKET_ERRORS } from "../../../toolchain/link/plan.ts";

export type ErrorCode = (typeof SOCKET_ERRORS)[number];

/** What a function of the device returns in place of its result. */
export class SocketError extends Error {
  override readonly name = "SocketError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  EACCES: "access-denied",
  EPERM: "access-denied",
  EOPNOTSUPP: "not-supported",
  EAFNOSUPPORT: "not-supported",
  EPROTONOSUPPORT: "not-supported",
  ENOPROTOOPT: "not-supported",
  ENOSYS: "not-supported",
  EINVAL: "invalid-argument",
  ENOMEM: "out-of-memory",
  ENOBUFS: "out-of-memory",
  ETIMEDOUT: "timeout",
  EALREADY: "concurrency-conflict",
  EISCONN: "invalid-state",
  ENOTCONN: "invalid-state",
  EMFILE: "new-socket-limit",
  ENFILE: "new-socket-limit",
  EADDRNOTAVAIL: "address-not-bindable",
  EADDRINUSE: "address-in-use",
  EHOSTUNREACH: "remote-unreachable",
  EHOSTDOWN: "remote-unreachable",
  ENETUNREACH: "remote-unreachable",
  ENETDOWN: "remote-unreachable",
  ENONET: "remote-unreachable",
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-reset",
  EPIPE: "connection-reset",
  ECONNABORTED: "connection-aborted",
  EMSGSIZE: "datagram-too-large",
  ENOTFOUND: "name-unresolvable",
  EAI_AGAIN: "temporary-resolver-failure",
  EAI_MEMORY: "out-of-memory",
  EAI_FAIL: "permanent-resolver-failure",
};

/** What Node says of a system call, or of a lookup. */
export function codeOf(error: unknown): ErrorCode {
  const { code = "" } = error as NodeJS.ErrnoException;
  return (Object.hasOwn(CODES, code) ? CODES[code] : undefined) ?? "unknown";
}

/** Of `connect`: where no address of this machine is left to connect from, Linux calls it an address that is not there. */
export function codeOfConnect(error: unknown): ErrorCode {
  const code = codeOf(error);
  return code === "address-not-bindable" ? "address-in-use" : code;
}

/** Runs what may fail in the system, as what a guest is to see of it. */
export function asSocketError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof SocketError ? error : new SocketError(codeOf(error));
  }
}
