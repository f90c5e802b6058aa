/** What the serial line says is text by the time that a terminal sees it, in whatever pieces it comes. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { messageText } from "../../../host-metal/boot/message-text.ts";

function shown(pieces: readonly string[]): string {
  const text = messageText();
  return pieces.map((piece) => Buffer.from(text(Buffer.from(piece))).toString()).join("");
}

it("is without what moves a cursor", () => {
  expect(shown(["\u001b[2J\u001b[01;01Hone\r\n", "\u001b", "[31mtw\u0007o\tZoë\u007f\n"])).toBe(
    "one\ntwo\tZoë\n",
  );
});

it("is the same in any pieces", () => {
  const letters = fc.constantFrom("\u001b", "[", "1", ";", "m", "a", "\r", "\n");
  fc.assert(
    fc.property(fc.array(letters), (pieces) => {
      expect(shown(pieces)).toBe(shown([pieces.join("")]));
    }),
  );
});
