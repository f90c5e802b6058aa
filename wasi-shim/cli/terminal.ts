/** wasi:cli/terminal-…: there is none, so that programs write plain text. */
export class TerminalInput {}
export class TerminalOutput {}

export function getTerminalStdin(): TerminalInput | null {
  return null;
}

export function getTerminalStdout(): TerminalOutput | null {
  return null;
}

export function getTerminalStderr(): TerminalOutput | null {
  return null;
}
