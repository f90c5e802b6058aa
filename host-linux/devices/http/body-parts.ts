/** Reading a body that comes from elsewhere in parts, no faster than somebody asks for them. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";

/** Bytes that are handed over at once. */
export const MOST_READ = 65_536;

const NOTHING = Buffer.alloc(0);

/** The next bytes; empty for not yet, undefined for the end, "closed" when there will be no end. */
export function readPart(message: IncomingMessage, most: number): Buffer | undefined | "closed" {
  const length = Math.min(most, MOST_READ, message.readableLength);
  // Whoever reads nothing lets more come.
  const part = message.read(length) as Buffer | null;
  if (part !== null && length > 0) return part;
  if (message.complete && message.readableLength === 0) return undefined;
  return message.destroyed && message.readableLength === 0 ? "closed" : NOTHING;
}

/** Calls `wake` whenever there may be more. */
export function wakeByParts(message: IncomingMessage, wake: () => void): void {
  for (const event of ["readable", "end", "close"]) message.on(event, wake);
}
