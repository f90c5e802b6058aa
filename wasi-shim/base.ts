/** The shim of a process that uses neither sockets nor HTTP. */
export { IoError as Error_ } from "./io/error";
export { poll, Pollable } from "./io/poll";
export { InputStream } from "./io/input-stream";
export { OutputStream } from "./io/output-stream";

export { getArguments, getEnvironment, initialCwd } from "./cli/environment";
export { exit, exitWithCode } from "./cli/exit";
export { getStderr, getStdin, getStdout } from "./cli/standard-streams";
export {
  getTerminalStderr,
  getTerminalStdin,
  getTerminalStdout,
  TerminalInput,
  TerminalOutput,
} from "./cli/terminal";

export {
  monotonicClockNow,
  monotonicClockResolution,
  subscribeDuration,
  subscribeInstant,
} from "./clocks/monotonic-clock";
export { wallClockNow, wallClockResolution } from "./clocks/wall-clock";

export {
  getInsecureRandomBytes,
  getInsecureRandomU64,
  getRandomBytes,
  getRandomU64,
  insecureSeed,
} from "./random/random";

export { Descriptor } from "./filesystem/descriptor";
export { DirectoryEntryStream } from "./filesystem/directory-entry-stream";
export { filesystemErrorCode } from "./filesystem/error";
export { getDirectories } from "./filesystem/preopens";
