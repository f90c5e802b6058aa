/** Whole answers that nobody takes: the host holds so much of them, and no more. */
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { Exchange } from "../../../../host-linux/devices/http/exchange.ts";

const MIB = 2 ** 20;

/** An exchange whose client takes nothing, and what ends that. */
function stuck(answers: { bytes: number }): { exchange: Exchange; taken: () => void; gone: () => void } {
  const socket = Object.assign(new EventEmitter(), { destroyed: false, setTimeout: () => {} });
  const request = { socket, method: "GET", complete: true };
  const response = Object.assign(new EventEmitter(), { writeHead: () => {}, end: () => {} });
  const exchange = new Exchange(
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    { bodyBytes: 0, stalledTime: 1, answers },
    0,
  );
  return { exchange, taken: () => response.emit("close"), gone: () => socket.emit("close") };
}

it("takes what there is room for, and has it again when the client has it or is gone", () => {
  const answers = { bytes: 255 * MIB };
  const [one, two, three] = [stuck(answers), stuck(answers), stuck(answers)];
  expect(one.exchange.respond(200, [], new Uint8Array(MIB))).toBeUndefined();
  expect(two.exchange.respond(200, [], new Uint8Array(20_000))).toBe("too-large");
  expect(two.exchange.isDone).toBe(true);
  one.gone();
  one.taken();
  expect(answers.bytes).toBe(255 * MIB);
  expect(three.exchange.respond(200, [], new Uint8Array(MIB))).toBeUndefined();
  three.taken();
  expect(answers.bytes).toBe(255 * MIB);
});
