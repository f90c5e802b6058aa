/** `stream-error` of wasi:io/streams, and results that have it, as sources and sinks return them. */
import { Result, Void } from "atoll";
import { IoError } from "./error";

export abstract class StreamError {}

export class StreamErrorLastOperationFailed extends StreamError {
  constructor(public value: IoError) {
    super();
  }
}

export class StreamErrorClosed extends StreamError {}

/** Bytes that were read: none if none are there yet. */
export type Chunk = Result<StaticArray<u8>, StreamError>;
/** How many bytes. */
export type Count = Result<u64, StreamError>;
export type Done = Result<Void, StreamError>;

const NO_BYTES: StaticArray<u8> = new StaticArray<u8>(0);
const IS_CLOSED: StreamError = new StreamErrorClosed();

/** Nothing is there yet. */
export const NOTHING: Chunk = Result.ok<StaticArray<u8>, StreamError>(NO_BYTES);
export const DONE: Done = Result.ok<Void, StreamError>(Void.value);

/** The stream is at its end: `closed<StaticArray<u8>>()` of a chunk. */
export function closed<T>(): Result<T, StreamError> {
  return Result.err<T, StreamError>(IS_CLOSED);
}

/** The operation failed; the stream is closed from now on. */
export function failed<T>(error: IoError): Result<T, StreamError> {
  return Result.err<T, StreamError>(new StreamErrorLastOperationFailed(error));
}

export function chunk(bytes: StaticArray<u8>): Chunk {
  return Result.ok<StaticArray<u8>, StreamError>(bytes);
}

export function count(bytes: u64): Count {
  return Result.ok<u64, StreamError>(bytes);
}
