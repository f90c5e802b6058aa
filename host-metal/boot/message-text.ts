/** What comes over the serial line, for a terminal or a file: without the returns of lines that only a line needs. */
const RETURN = 0x0d;
const FEED = 0x0a;

/** A function that is given the bytes piece by piece. */
export function messageText(): (bytes: Uint8Array) => Uint8Array {
  let held = false;
  return (bytes) => {
    const text: number[] = [];
    for (const byte of bytes) {
      if (held && byte !== FEED) text.push(RETURN);
      held = byte === RETURN;
      if (!held) text.push(byte);
    }
    return Uint8Array.from(text);
  };
}
