/** Results of wasi:sockets: the device's, whose error codes are the same numbers. */
import { Result, Void } from "atoll";
import { ErrorCode as DeviceError } from "atoll:device/sockets";
import { ErrorCode } from "wasi:sockets/network";
import { IoError } from "../io/error";
import { looked } from "../io/wait";

export type Done = Result<Void, ErrorCode>;

export const DONE: Done = Result.ok<Void, ErrorCode>(Void.value);

export function err<T>(code: ErrorCode): Result<T, ErrorCode> {
  return Result.err<T, ErrorCode>(code);
}

export function refused<T>(code: DeviceError): Result<T, ErrorCode> {
  return Result.err<T, ErrorCode>(<ErrorCode>code);
}

export function done(found: Result<Void, DeviceError>): Done {
  return found.isErr ? refused<Void>(found.error) : DONE;
}

/** As it is, with the code of WASI. */
export function same<T>(found: Result<T, DeviceError>): Result<T, ErrorCode> {
  return found.isErr ? refused<T>(found.error) : Result.ok<T, ErrorCode>(found.value);
}

/** There is nothing yet. A program that asks again and again lets others run now and then. */
export function wouldBlock<T>(): Result<T, ErrorCode> {
  looked();
  return err<T>(ErrorCode.WouldBlock);
}

/** What ended a stream of a connection. */
export class SocketError extends IoError {
  constructor(readonly code: DeviceError) {
    super("the connection failed: " + WORDS[code]);
  }
}

/** By their number. */
const WORDS: StaticArray<string> = [
  "unknown",
  "access denied",
  "not supported",
  "invalid argument",
  "out of memory",
  "timed out",
  "concurrency conflict",
  "not in progress",
  "would block",
  "invalid state",
  "too many sockets",
  "address not bindable",
  "address in use",
  "remote unreachable",
  "refused",
  "reset by the other side",
  "aborted",
  "datagram too large",
  "name unresolvable",
  "temporary failure of the resolver",
  "permanent failure of the resolver",
];
