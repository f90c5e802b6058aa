/**
 * Errors of `atoll:device/files`: what the host's system says, in WASI's words.
 */
import { FILE_ERRORS } from "../../../toolchain/link/plan.ts";

type FileErrorCode = (typeof FILE_ERRORS)[number];

/** An error value of the interface, on its way to the caller. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;
  constructor(code: FileErrorCode) {
    super(code);
    this.code = code;
  }

  /** Position in the interface's enum. */
  get position(): number {
    return FILE_ERRORS.indexOf(this.code);
  }
}

/** By Node's name of the error number; all others are `io`. */
const CODE_OF: Readonly<Record<string, FileErrorCode>> = {
  EACCES: "access",
  EAGAIN: "would-block",
  EBADF: "bad-descriptor",
  EBUSY: "busy",
  EDQUOT: "quota",
  EEXIST: "exist",
  EFBIG: "file-too-large",
  EILSEQ: "illegal-byte-sequence",
  EINTR: "interrupted",
  EINVAL: "invalid",
  EISDIR: "is-directory",
  ELOOP: "loop",
  EMFILE: "quota",
  EMLINK: "too-many-links",
  ENAMETOOLONG: "name-too-long",
  ENFILE: "quota",
  ENODEV: "no-device",
  ENOENT: "no-entry",
  ENOMEM: "insufficient-memory",
  ENOSPC: "insufficient-space",
  ENOTDIR: "not-directory",
  ENOTEMPTY: "not-empty",
  ENOTSUP: "unsupported",
  ENXIO: "no-such-device",
  EOPNOTSUPP: "unsupported",
  EOVERFLOW: "overflow",
  EPERM: "not-permitted",
  EROFS: "read-only",
  ESPIPE: "invalid-seek",
  ETXTBSY: "text-file-busy",
  EXDEV: "cross-device",
};

/** Runs a call of node:fs, its exceptions turned into error values of the interface. */
export function asFileError<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof FileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    // ERR_…: Node was called wrongly, which is a mistake here.
    if (typeof code !== "string" || code.startsWith("ERR_")) throw error;
    throw new FileError(CODE_OF[code] ?? "io");
  }
}
