/** UDP of the network device, against sockets of Node's own. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { error, local, network, ok, valueOf, type Address, type Network } from "./network.ts";

const closing: Socket[] = [];
afterEach(() => {
  for (const socket of closing.splice(0)) socket.close();
});

async function peer(): Promise<Socket> {
  const socket = createSocket("udp4");
  closing.push(socket);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const udp = (name: string): string => `[method]udp-socket.${name}`;
const some = (value: unknown): unknown => ({ case: "some", value });
const none = { case: "none" };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const client = { connect: [{ host: "127.0.0.1", port: "*" as const, udp: true as const }] };
const server = { listen: [{ port: 0, host: "localhost", udp: true as const }] };

function bound(guest: Network, address: Address): { socket: number; port: number } {
  const socket = valueOf<number>(guest.call("create-udp-socket", "ipv4"));
  valueOf(guest.call(udp("bind"), socket, address));
  return { socket, port: valueOf<Address>(guest.call(udp("local-address"), socket)).port };
}

type Datagram = { readonly data: Uint8Array; readonly remote: Address };

function received(guest: Network, socket: number): Promise<Datagram[]> {
  const look = (): Datagram[] => valueOf<Datagram[]>(guest.call(udp("receive"), socket, 10));
  return guest.until(look, (datagrams) => datagrams.length > 0);
}

describe("a client", () => {
  it("sends to whom it was granted, and receives the answer", async () => {
    const guest = await network(client);
    const other = await peer();
    other.on("message", (data, { port, address }) => other.send(`re: ${String(data)}`, port, address));
    const { socket } = bound(guest, local(0, 0n));
    const target = local(other.address().port);
    expect(guest.call(udp("send"), socket, bytes("question"), some(target))).toEqual(ok(true));
    expect(await received(guest, socket)).toEqual([{ data: bytes("re: question"), remote: target }]);
    expect(guest.call(udp("receive"), socket, 10)).toEqual(ok([]));
  });

  it("may be restricted to one", async () => {
    const guest = await network(client);
    const [one, two] = [await peer(), await peer()];
    const { socket, port } = bound(guest, local(0, 0n));
    const target = local(one.address().port);
    expect(guest.call(udp("remote-address"), socket)).toEqual(error("invalid-state"));
    expect(guest.call(udp("send"), socket, bytes("x"), none)).toEqual(error("invalid-argument"));
    expect(guest.call(udp("restrict"), socket, some(target))).toEqual(ok());
    expect(guest.call(udp("remote-address"), socket)).toEqual(ok(target));
    expect(guest.call(udp("send"), socket, bytes("x"), some(local(two.address().port)))).toEqual(
      error("invalid-argument"),
    );
    expect(guest.call(udp("send"), socket, bytes("x"), none)).toEqual(ok(true));
    await once(one, "message");
    two.send("from two", port, "127.0.0.1");
    one.send("from one", port, "127.0.0.1");
    expect(await received(guest, socket)).toMatchObject([{ data: bytes("from one") }]);
    expect(guest.call(udp("restrict"), socket, none)).toEqual(ok());
    two.send("now two", port, "127.0.0.1");
    expect(await received(guest, socket)).toMatchObject([{ data: bytes("now two") }]);
  });

  it("is told of a refusal, once", async () => {
    const guest = await network(client);
    const gone = await peer();
    const { port } = gone.address();
    closing.pop()!.close();
    const { socket } = bound(guest, local(0, 0n));
    valueOf(guest.call(udp("restrict"), socket, some(local(port))));
    valueOf(guest.call(udp("send"), socket, bytes("x"), none));
    const look = (): unknown => guest.call(udp("receive"), socket, 1);
    const answer = await guest.until(look, (result) => (result as { case: string }).case === "error");
    expect(answer).toEqual(error("connection-refused"));
    expect(look()).toEqual(ok([]));
  });

  it("receives from nobody else, and sends to nobody else", async () => {
    const granted = await peer();
    const other = await peer();
    const port = granted.address().port;
    const guest = await network({ connect: [{ host: "localhost", port, udp: true }] });
    const { socket, port: own } = bound(guest, local(0, 0n));
    const refused = local(other.address().port);
    expect(guest.call(udp("send"), socket, bytes("x"), some(refused))).toEqual(error("access-denied"));
    expect(guest.call(udp("restrict"), socket, some(refused))).toEqual(error("access-denied"));
    other.send("not granted", own, "127.0.0.1");
    granted.send("granted", own, "127.0.0.1");
    expect(await received(guest, socket)).toMatchObject([{ data: bytes("granted") }]);
  });
});

describe("a server", () => {
  it("receives from everybody, and may answer them and nobody else", async () => {
    const guest = await network(server);
    const [one, two] = [await peer(), await peer()];
    const { socket, port } = bound(guest, local(0, 0n));
    const stranger = some(local(two.address().port));
    expect(guest.call(udp("send"), socket, bytes("x"), stranger)).toEqual(error("access-denied"));
    one.send("hello", port, "127.0.0.1");
    const [{ remote } = { remote: undefined }] = await received(guest, socket);
    expect(remote).toEqual(local(one.address().port));
    expect(guest.call(udp("send"), socket, bytes("hello yourself"), some(remote))).toEqual(ok(true));
    expect(String((await once(one, "message"))[0])).toBe("hello yourself");
    expect(guest.call(udp("send"), socket, bytes("x"), stranger)).toEqual(error("access-denied"));
  });

  it("keeps so much, and loses the rest", async () => {
    const guest = await network(server);
    const other = await peer();
    const { socket, port } = bound(guest, local(0));
    const sent = (data: Buffer): Promise<void> =>
      new Promise((resolve) => other.send(data, port, "127.0.0.1", () => setImmediate(resolve)));
    for (let i = 0; i < 40; i++) await sent(Buffer.alloc(32 * 1024, i));
    await sent(Buffer.from("lost, too"));
    let all: Datagram[] = [];
    await guest.until(
      () => (all = [...all, ...valueOf<Datagram[]>(guest.call(udp("receive"), socket, 1000))]),
      () => all.length > 0,
    );
    const size = all.reduce((sum, { data }) => sum + data.length, 0);
    expect(size).toBeLessThanOrEqual(256 * 1024 + 32 * 1024);
    expect(all[0]?.data).toHaveLength(32 * 1024);
  });
});

describe("a datagram", () => {
  it("may be empty, or as large as can be, and no larger", async () => {
    const guest = await network(client);
    const other = await peer();
    const target = some(local(other.address().port));
    const { socket } = bound(guest, local(0, 0n));
    for (const size of [0, 65_507]) {
      expect(guest.call(udp("send"), socket, new Uint8Array(size), target)).toEqual(ok(true));
      expect((await once(other, "message"))[0]).toHaveLength(size);
    }
    expect(guest.call(udp("send"), socket, new Uint8Array(65_508), target)).toEqual(
      error("datagram-too-large"),
    );
  });

  it("waits when there is no room", async () => {
    const guest = await network(client);
    const other = await peer();
    const target = some(local(other.address().port));
    const { socket } = bound(guest, local(0, 0n));
    const send = (): unknown => guest.call(udp("send"), socket, bytes("x"), target);
    const results = Array.from({ length: 100 }, send);
    expect(results.filter((result) => JSON.stringify(result) === JSON.stringify(ok(false))).length).toBe(36);
    expect(guest.call(udp("ready"), socket)).toMatchObject({ writable: false, flushed: false });
    await guest.until(
      () => guest.call(udp("ready"), socket),
      (flags) => (flags as { flushed: boolean }).flushed,
    );
    expect(send()).toEqual(ok(true));
  });
});

it("has options, and needs to be bound for most things", async () => {
  const guest = await network(client);
  const socket = valueOf<number>(guest.call("create-udp-socket", "ipv4"));
  for (const [name, ...rest] of [
    ["receive", 1],
    ["send", bytes("x"), none],
    ["restrict", none],
    ["local-address"],
  ] as const)
    expect(guest.call(udp(name), socket, ...rest)).toEqual(error("invalid-state"));
  const set = (which: string, value: bigint): unknown => guest.call(udp("set-option"), socket, which, value);
  expect(set("hop-limit", 0n)).toEqual(error("invalid-argument"));
  expect(set("hop-limit", 256n)).toEqual(error("invalid-argument"));
  expect(set("hop-limit", 7n)).toEqual(ok());
  expect(guest.call(udp("get-option"), socket, "hop-limit")).toEqual(ok(7n));
  expect(set("keep-alive", 1n)).toEqual(error("not-supported"));
  valueOf(guest.call(udp("bind"), socket, local(0, 0n)));
  expect(set("receive-buffer-size", 100_000n)).toEqual(ok());
  expect(set("send-buffer-size", 2n ** 64n - 1n)).toEqual(ok());
  expect(valueOf<bigint>(guest.call(udp("get-option"), socket, "receive-buffer-size"))).toBeGreaterThan(0n);
  expect(guest.call(udp("bind"), socket, local(0, 0n))).toEqual(error("invalid-state"));
  guest.call("drop udp-socket", socket);
});
