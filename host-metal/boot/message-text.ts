/**
 * What comes over the serial line, for people: without what would move a terminal's cursor or clear it.
 *
 * Firmware does that, and a guest must not. Sequences of ECMA-48 are left out, and
 * control characters but tabs and line feeds.
 */
const ESCAPE = 0x1b;
const BRACKET = 0x5b;
const KEPT: ReadonlySet<number> = new Set([0x09, 0x0a]);

/** A function that is given the bytes piece by piece. */
export function messageText(): (bytes: Uint8Array) => Uint8Array {
  let inside: "text" | "escape" | "sequence" = "text";
  return (bytes) =>
    bytes.filter((byte) => {
      if (inside === "escape") {
        inside = byte === BRACKET ? "sequence" : "text";
        return false;
      }
      if (inside === "sequence") {
        // Parameters and intermediate bytes, then a final one: section 5.4.
        if (byte < 0x20 || byte > 0x3f) inside = "text";
        return false;
      }
      if (byte === ESCAPE) inside = "escape";
      return (byte >= 0x20 && byte !== 0x7f) || KEPT.has(byte);
    });
}
