/** A guest that asks for anything at any time gets an answer, and leaves nothing behind. */
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Unsent } from "../../../host-linux/devices/sockets/unsent.ts";
import { tries } from "../../thorough.ts";
import {
  error,
  local,
  local6,
  network,
  ok,
  optionOf,
  valueOf,
  type Address,
  type Network,
} from "./network.ts";

const everything = {
  listen: [
    { port: 0, host: "localhost" },
    { port: 0, host: "localhost", udp: true as const },
  ],
  connect: [
    { host: "localhost", port: "*" as const },
    { host: "localhost", port: "*" as const, udp: true as const },
  ],
};

let server: Server;
let port: number;
const visitors = new Set<Socket>();
beforeAll(async () => {
  server = createServer((socket) => {
    visitors.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => visitors.delete(socket));
    socket.end("hello");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  for (const visitor of visitors) visitor.destroy();
  server.close();
});

type Asked = readonly [name: string, ...args: unknown[]];

const addresses = fc.constantFrom<"peer" | Address>(
  "peer",
  local(0),
  local(0, 0n),
  local(1),
  local6(0),
  local6(1, 0n),
  local(80, 2n ** 40n),
);
const options = fc.constantFrom(
  "keep-alive",
  "keep-alive-count",
  "hop-limit",
  "receive-buffer-size",
  "send-buffer-size",
  "listen-backlog-size",
);
const values = fc.constantFrom(0n, 1n, 5000n, 2n ** 64n - 1n);
const sizes = fc.constantFrom(0, 1, 4096, 70_000, 0xffff_ffff);
const bytes = fc.constantFrom(new Uint8Array(0), new Uint8Array(1), new Uint8Array(200_000));
const either = [
  fc.tuple(fc.constant("bind"), addresses),
  fc.tuple(fc.constantFrom("local-address", "remote-address", "ready")),
  fc.tuple(fc.constant("receive"), sizes),
  fc.tuple(fc.constant("get-option"), options),
  fc.tuple(fc.constant("set-option"), options, values),
  fc.constant(["turn of the loop"] as const),
];
const ofTcp: fc.Arbitrary<Asked> = fc.oneof(
  ...either,
  fc.tuple(fc.constant("connect"), addresses),
  fc.tuple(fc.constantFrom("listen", "outcome", "accept", "room")),
  fc.tuple(fc.constant("send"), bytes),
  fc.tuple(fc.constant("shutdown"), fc.boolean(), fc.boolean()),
);
const remote = fc.oneof(
  fc.constant({ case: "none" }),
  addresses.map((value) => ({ case: "some", value })),
);
const ofUdp: fc.Arbitrary<Asked> = fc.oneof(
  ...either,
  fc.tuple(fc.constant("restrict"), remote),
  fc.tuple(fc.constant("send"), bytes, remote),
);

/** With the address of the test's own server where it says so. */
function meant(argument: unknown): unknown {
  if (argument === "peer") return local(port);
  const { case: some, value } = argument as { readonly case?: string; readonly value?: unknown };
  return some === "some" && value === "peer" ? { case: "some", value: local(port) } : argument;
}

async function ask(guest: Network, kind: string, asked: readonly Asked[]): Promise<void> {
  const socket = valueOf<number>(guest.call(`create-${kind}`, "ipv4"));
  for (const [name, ...args] of asked) {
    if (name === "turn of the loop") await new Promise((resolve) => setTimeout(resolve, 1));
    else guest.call(`[method]${kind}.${name}`, socket, ...args.map(meant));
  }
  guest.call(`drop ${kind}`, socket);
}

it.each([
  ["tcp-socket", ofTcp],
  ["udp-socket", ofUdp],
])("every order of calls of a %s has an answer", async (kind, calls) => {
  const guest = await network(everything);
  const property = fc.asyncProperty(fc.array(calls, { maxLength: 12 }), (asked) => ask(guest, kind, asked));
  await fc.assert(property, { numRuns: tries(400), seed: 7 });
});

it("counts what is open, and what is dropped no more", async () => {
  const guest = await network(everything);
  const all: number[] = [];
  for (;;) {
    const made = guest.call("create-tcp-socket", "ipv4") as { readonly case: string };
    if (made.case === "error") {
      expect(made).toEqual(error("new-socket-limit"));
      break;
    }
    all.push(valueOf<number>(made));
  }
  expect(all).toHaveLength(12_288);
  expect(new Set(all).size).toBe(12_288);
  expect(guest.call("create-udp-socket", "ipv4")).toEqual(error("new-socket-limit"));
  for (const socket of all) guest.call("drop tcp-socket", socket);
  expect(guest.call("create-udp-socket", "ipv4")).toMatchObject({ case: "ok" });
});

it("gives the place of a connection back when that is closed", async () => {
  const guest = await network(everything);
  const spare = Array.from({ length: 12_287 }, () =>
    valueOf<number>(guest.call("create-tcp-socket", "ipv4")),
  );
  const socket = valueOf<number>(guest.call("create-tcp-socket", "ipv4"));
  valueOf(guest.call("[method]tcp-socket.connect", socket, local(port)));
  await guest.until(
    () => guest.call("[method]tcp-socket.outcome", socket),
    (outcome) => (outcome as { value: boolean }).value,
  );
  expect(guest.call("create-tcp-socket", "ipv4")).toEqual(error("new-socket-limit"));
  guest.call("drop tcp-socket", socket);
  const create = (): { readonly case: string } =>
    guest.call("create-tcp-socket", "ipv4") as { readonly case: string };
  while (create().case === "error") await new Promise((resolve) => setImmediate(resolve));
  expect(spare).toHaveLength(12_287);
});

it("resets who connects when no more sockets may be open", async () => {
  const guest = await network(everything);
  const listener = valueOf<number>(guest.call("create-tcp-socket", "ipv4"));
  valueOf(guest.call("[method]tcp-socket.bind", listener, local(0)));
  valueOf(guest.call("[method]tcp-socket.listen", listener));
  const address = valueOf<Address>(guest.call("[method]tcp-socket.local-address", listener));
  for (let i = 1; i < 12_288; i++) guest.call("create-udp-socket", "ipv4");
  const client = connect(address.port, "127.0.0.1");
  const [{ code }] = (await once(client, "error")) as [NodeJS.ErrnoException];
  expect(code).toBe("ECONNRESET");
  expect(guest.call("[method]tcp-socket.accept", listener)).toEqual(ok({ case: "none" }));
});

it("keeps so much of single bytes", async () => {
  const guest = await network(everything);
  const listener = valueOf<number>(guest.call("create-tcp-socket", "ipv4"));
  valueOf(guest.call("[method]tcp-socket.bind", listener, local(0)));
  valueOf(guest.call("[method]tcp-socket.listen", listener));
  const address = valueOf<Address>(guest.call("[method]tcp-socket.local-address", listener));
  const client = connect({ port: address.port, host: "127.0.0.1", noDelay: true });
  await once(client, "connect");
  const accept = (): number | undefined =>
    optionOf<number>(guest.call("[method]tcp-socket.accept", listener));
  const socket = (await guest.until(accept, (found) => found !== undefined))!;
  valueOf(guest.call("[method]tcp-socket.set-option", socket, "receive-buffer-size", 4096n));
  for (let i = 0; i < 100; i++) {
    client.write("x");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const first = optionOf<Uint8Array>(guest.call("[method]tcp-socket.receive", socket, 1000));
  // Eight pieces are 4 KiB with what they cost; more may have come in one.
  expect(first?.length).toBeGreaterThan(0);
  expect(first?.length).toBeLessThan(100);
  let count = first!.length;
  await guest.until(
    () => (count += optionOf<Uint8Array>(guest.call("[method]tcp-socket.receive", socket, 1000))!.length),
    () => count === 100,
  );
  client.destroy();
});

const MIB = 2 ** 20;

it("keeps so much of datagrams, for all sockets of a process together", async () => {
  const guest = await network(everything);
  const peer = createSocket("udp4");
  const sockets = Array.from({ length: 140 }, () => {
    const socket = valueOf<number>(guest.call("create-udp-socket", "ipv4"));
    valueOf(guest.call("[method]udp-socket.bind", socket, local(0)));
    return { socket, address: valueOf<Address>(guest.call("[method]udp-socket.local-address", socket)) };
  });
  const data = new Uint8Array(60_000);
  for (let round = 0; round < 8; round++) {
    for (const { address } of sockets)
      await new Promise((sent) => peer.send(data, address.port, "127.0.0.1", sent));
    await new Promise((turn) => setTimeout(turn, 1));
  }
  const received = sockets.flatMap(({ socket }) =>
    valueOf<{ data: Uint8Array }[]>(guest.call("[method]udp-socket.receive", socket, 100)),
  );
  const bytes = received.reduce((sum, { data: some }) => sum + some.length, 0);
  expect(bytes).toBeGreaterThan(16 * MIB);
  expect(bytes).toBeLessThan(33 * MIB);
  peer.close();
});

it("takes so much of datagrams to send, from all sockets of a process together, and wakes it when there is room", async () => {
  const guest = await network(everything);
  const sockets = Array.from({ length: 8 }, () => {
    const socket = valueOf<number>(guest.call("create-udp-socket", "ipv4"));
    valueOf(guest.call("[method]udp-socket.bind", socket, local(0)));
    return socket;
  });
  const data = new Uint8Array(60_000);
  const target = { case: "some", value: local(9) };
  const send = (socket: number): boolean =>
    valueOf<boolean>(guest.call("[method]udp-socket.send", socket, data, target));
  const taken = sockets.flatMap((socket) => Array.from({ length: 64 }, () => send(socket)));
  expect(taken.filter(Boolean).length).toBe(Math.ceil((16 * MIB) / data.length));
  const ready = (): object => guest.call("[method]udp-socket.ready", sockets[7]) as object;
  expect(ready()).not.toHaveProperty("writable", true);
  await guest.until(ready, (flags) => "writable" in flags && flags.writable === true);
});

it("lets the connections of a process have so much on their way together", () => {
  const unsent = new Unsent();
  let told = 0;
  for (let i = 0; i < 12_288; i++) {
    unsent.connections += 1;
    told += Math.min(unsent.roomFor(false), MIB);
  }
  // Who was told may send all of it, as none had sent anything by then.
  expect(told).toBeLessThan(1024 * MIB);
  unsent.bytes = told;
  expect([unsent.roomFor(true), unsent.roomFor(false)]).toEqual([0, 4096]);
  unsent.bytes = 63 * MIB;
  unsent.connections = 100;
  expect(unsent.roomFor(true)).toBe(Math.floor((64 * MIB) / 100));
});

it("leaves the host some of what Linux lets it have open", () => {
  const url = new URL("../../../host-linux/devices/open-limit.ts", import.meta.url).href;
  const program = `import { withinLimit } from "${url}"; console.log(withinLimit(256, 1 / 32), withinLimit(5, 1 / 2))`;
  const run = `ulimit -n 640 && exec "$0" --no-warnings --input-type=module -e "$1"`;
  const said = execFileSync("sh", ["-c", run, process.execPath, program], { encoding: "utf8" });
  expect(said).toBe("20 5\n");
});
