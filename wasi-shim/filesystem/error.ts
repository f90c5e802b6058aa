/** Errors of file streams, and the code that `filesystem-error-code` finds in them. */
import { Option } from "atoll";
import { ErrorCode } from "wasi:filesystem/types";
import { IoError } from "../io/error";

class FileError extends IoError {
  constructor(readonly code: ErrorCode) {
    super("a file: " + ErrorCode[code]);
  }
}

export function fileError(code: ErrorCode): IoError {
  return new FileError(code);
}

export function filesystemErrorCode(err: IoError): Option<ErrorCode> {
  return err instanceof FileError ? Option.some<ErrorCode>((<FileError>err).code) : Option.none<ErrorCode>();
}
