/** wasi:http/types, `error-code`: what the devices say, in its words, and streams that end so. */
import { Option } from "atoll";
import { ErrorCode as ClientError } from "atoll:device/http-client";
import {
  DNSErrorPayload,
  ErrorCode,
  ErrorCodeConnectionLimitReached,
  ErrorCodeConnectionRefused,
  ErrorCodeConnectionTerminated,
  ErrorCodeConnectionTimeout,
  ErrorCodeDestinationUnavailable,
  ErrorCodeDNSError,
  ErrorCodeHTTPProtocolError,
  ErrorCodeHTTPRequestDenied,
  ErrorCodeHTTPRequestURIInvalid,
  ErrorCodeHTTPResponseHeaderSectionSize,
  ErrorCodeInternalError,
  ErrorCodeTLSProtocolError,
} from "wasi:http/types";
import { IoError } from "../io/error";
import { Chunk, StreamErrorLastOperationFailed } from "../io/stream-error";

export class HttpError extends IoError {
  constructor(
    text: string,
    readonly code: ErrorCode,
  ) {
    super(text);
  }
}

export function httpErrorCode(err: IoError): ErrorCode | null {
  return err instanceof HttpError ? (<HttpError>err).code : null;
}

/** Why a stream has ended; null where nothing is wrong. */
export function codeIn(found: Chunk): ErrorCode | null {
  if (found.isOk || !(found.error instanceof StreamErrorLastOperationFailed)) return null;
  return httpErrorCode((<StreamErrorLastOperationFailed>found.error).value);
}

/** Why a call to a server has no answer. */
export function codeOf(error: ClientError): ErrorCode {
  switch (error) {
    case ClientError.Denied:
      return new ErrorCodeHTTPRequestDenied();
    case ClientError.Invalid:
      return new ErrorCodeHTTPRequestURIInvalid();
    case ClientError.TooMany:
      return new ErrorCodeConnectionLimitReached();
    case ClientError.NotFound:
      return new ErrorCodeDNSError(new DNSErrorPayload(null, Option.none<u16>()));
    case ClientError.Refused:
      return new ErrorCodeConnectionRefused();
    case ClientError.Unreachable:
      return new ErrorCodeDestinationUnavailable();
    case ClientError.Timeout:
      return new ErrorCodeConnectionTimeout();
    case ClientError.Closed:
      return new ErrorCodeConnectionTerminated();
    case ClientError.Tls:
      return new ErrorCodeTLSProtocolError();
    case ClientError.Protocol:
      return new ErrorCodeHTTPProtocolError();
    case ClientError.TooLarge:
      return new ErrorCodeHTTPResponseHeaderSectionSize(Option.none<u32>());
    default:
      return new ErrorCodeInternalError("the call is over");
  }
}
