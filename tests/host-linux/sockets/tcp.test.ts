/** TCP of the network device, against servers and clients of Node's own. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
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

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server of Node's. */
async function peer(serve: (socket: Socket) => void, host = "127.0.0.1"): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    closing.push(() => socket.destroy());
    serve(socket);
  });
  server.listen(0, host);
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A client of Node's, which has connected. */
async function visitor(port: number, host = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  closing.push(() => socket.destroy());
  await once(socket, "connect");
  socket.on("error", () => {});
  return socket;
}

/** How a client comes to its end. */
function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    socket.once("close", () => resolve("closed"));
  });
}

const anything = { listen: [{ port: 0, host: "localhost" }], connect: [{ host: "*", port: "*" as const }] };

function socketOf({ call }: Network, family: "ipv4" | "ipv6" = "ipv4"): number {
  return valueOf<number>(call("create-tcp-socket", family));
}

const tcp = (name: string): string => `[method]tcp-socket.${name}`;

async function connected(guest: Network, port: number): Promise<number> {
  const socket = socketOf(guest);
  expect(guest.call(tcp("connect"), socket, local(port))).toEqual(ok());
  expect(await settled(guest, socket)).toEqual(ok(true));
  return socket;
}

/** What `outcome` says once it is known. */
function settled(guest: Network, socket: number): Promise<unknown> {
  return guest.until(
    () => guest.call(tcp("outcome"), socket),
    (outcome) => (outcome as { value?: unknown }).value !== false,
  );
}

async function listening(
  guest: Network,
  address: Address = local(0),
): Promise<{ socket: number; port: number }> {
  const socket = socketOf(guest, address.family);
  valueOf(guest.call(tcp("bind"), socket, address));
  valueOf(guest.call(tcp("listen"), socket));
  expect(await settled(guest, socket)).toEqual(ok(true));
  return { socket, port: valueOf<Address>(guest.call(tcp("local-address"), socket)).port };
}

async function accepted(guest: Network, listener: number): Promise<number> {
  const accept = (): number | undefined => optionOf<number>(guest.call(tcp("accept"), listener));
  return (await guest.until(accept, (socket) => socket !== undefined))!;
}

/** All bytes until there are as many, or until the end. */
async function received(guest: Network, socket: number, most = Infinity): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  await guest.until(
    () => {
      for (;;) {
        const piece = optionOf<Uint8Array>(guest.call(tcp("receive"), socket, 65_536));
        if (piece === undefined) return true;
        if (piece.length === 0) return count >= most;
        pieces.push(Uint8Array.from(piece));
        count += piece.length;
      }
    },
    (isOver) => isOver,
  );
  return Buffer.concat(pieces);
}

const ready = ({ call }: Network, socket: number): unknown => call(tcp("ready"), socket);

describe("a connection that a guest makes", () => {
  it("sends, receives, and sees the end", async () => {
    const guest = await network(anything);
    const port = await peer((socket) => socket.pipe(socket));
    const socket = await connected(guest, port);
    expect(guest.call(tcp("remote-address"), socket)).toEqual(ok(local(port)));
    expect(valueOf<Address>(guest.call(tcp("local-address"), socket)).low).toBe(0x7f00_0001n);
    expect(guest.call(tcp("receive"), socket, 10)).toEqual(ok({ case: "some", value: new Uint8Array() }));
    expect(guest.call(tcp("send"), socket, new Uint8Array(Buffer.from("hello")))).toEqual(ok(5));
    expect((await received(guest, socket, 5)).toString()).toBe("hello");
    expect(guest.call(tcp("shutdown"), socket, false, true)).toEqual(ok());
    expect(await received(guest, socket)).toHaveLength(0);
    expect(guest.call(tcp("receive"), socket, 10)).toEqual(ok({ case: "none" }));
    expect(guest.call(tcp("send"), socket, new Uint8Array(1))).toEqual(error("invalid-state"));
    expect(guest.call(tcp("shutdown"), socket, false, true)).toEqual(ok());
  });

  it("works by IPv6", async () => {
    const guest = await network(anything);
    const port = await peer((socket) => socket.end("six"), "::1");
    const socket = socketOf(guest, "ipv6");
    valueOf(guest.call(tcp("connect"), socket, local6(port)));
    expect(await settled(guest, socket)).toEqual(ok(true));
    expect((await received(guest, socket)).toString()).toBe("six");
    expect(guest.call(tcp("remote-address"), socket)).toEqual(ok(local6(port)));
  });

  it("can be bound before", async () => {
    const guest = await network(anything);
    const from = Promise.withResolvers<number | undefined>();
    const port = await peer((socket) => from.resolve(socket.remotePort));
    const socket = socketOf(guest);
    expect(guest.call(tcp("local-address"), socket)).toEqual(error("invalid-state"));
    valueOf(guest.call(tcp("bind"), socket, local(0, 0n)));
    const bound = valueOf<Address>(guest.call(tcp("local-address"), socket)).port;
    expect(bound).toBeGreaterThan(0);
    expect(guest.call(tcp("bind"), socket, local(0))).toEqual(error("invalid-state"));
    valueOf(guest.call(tcp("connect"), socket, local(port)));
    expect(await settled(guest, socket)).toEqual(ok(true));
    expect(await from.promise).toBe(bound);
  });

  it("is refused where nobody listens, and can then only be dropped", async () => {
    const guest = await network(anything);
    const port = await peer(() => {});
    closing.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
    const socket = socketOf(guest);
    valueOf(guest.call(tcp("connect"), socket, local(port)));
    expect(guest.call(tcp("connect"), socket, local(port))).toEqual(error("concurrency-conflict"));
    expect(await settled(guest, socket)).toEqual(error("connection-refused"));
    expect(guest.call(tcp("connect"), socket, local(port))).toEqual(error("invalid-state"));
    expect(guest.call(tcp("receive"), socket, 1)).toEqual(error("invalid-state"));
    guest.call(tcp("ready"), socket);
  });

  it("has an error when it is reset, after what came before", async () => {
    const guest = await network(anything);
    const theirs = Promise.withResolvers<Socket>();
    const port = await peer((socket) => theirs.resolve(socket));
    const socket = await connected(guest, port);
    const other = await theirs.promise;
    other.write("last words");
    await guest.until(
      () => ready(guest, socket),
      (flags) => JSON.stringify(flags).includes("readable"),
    );
    other.resetAndDestroy();
    const look = (): unknown => guest.call(tcp("room"), socket);
    await guest.until(look, (room) => (room as { case: string }).case === "error");
    expect(guest.call(tcp("receive"), socket, 100)).toEqual(
      ok({ case: "some", value: new Uint8Array(Buffer.from("last words")) }),
    );
    expect(guest.call(tcp("receive"), socket, 100)).toEqual(error("connection-reset"));
    expect(guest.call(tcp("send"), socket, new Uint8Array(1))).toEqual(error("connection-reset"));
  });

  it("goes on to send what it was given when it is dropped", async () => {
    const guest = await network(anything);
    const theirs = Promise.withResolvers<Socket>();
    const port = await peer((socket) => theirs.resolve(socket.pause()));
    const socket = await connected(guest, port);
    const sent = valueOf<number>(guest.call(tcp("send"), socket, new Uint8Array(100_000).fill(7)));
    guest.call("drop tcp-socket", socket);
    const other = await theirs.promise;
    let count = 0;
    for await (const piece of other) count += (piece as Buffer).length;
    expect(count).toBe(sent);
    expect(() => guest.call(tcp("receive"), socket, 1)).toThrow(/tcp-socket \d+, which is not open/);
  });
});

describe("what is not taken", () => {
  it("makes the sender wait, and goes on when it is", async () => {
    const guest = await network(anything);
    const theirs = Promise.withResolvers<Socket>();
    const port = await peer((socket) => theirs.resolve(socket));
    const socket = await connected(guest, port);
    const other = await theirs.promise;
    const total = 32 * 1024 * 1024;
    const chunk = Buffer.alloc(1024 * 1024, 3);
    const all = (async () => {
      for (let at = 0; at < total; at += chunk.length) if (!other.write(chunk)) await once(other, "drain");
      other.end();
    })();
    // The kernel of this machine takes some megabytes; then all stands still.
    let before = -1;
    while (other.bytesWritten - other.writableLength !== before) {
      before = other.bytesWritten - other.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(before).toBeLessThan(total / 2);
    expect(await received(guest, socket)).toHaveLength(total);
    await all;
  });

  it("is refused room when the other side does not read", async () => {
    const guest = await network(anything);
    const theirs = Promise.withResolvers<Socket>();
    const port = await peer((socket) => theirs.resolve(socket.pause()));
    const socket = await connected(guest, port);
    const chunk = new Uint8Array(65_536);
    let sent = 0;
    let idle = 0;
    while (idle < 5) {
      const count = valueOf<number>(guest.call(tcp("send"), socket, chunk));
      sent += count;
      idle = count === 0 ? idle + 1 : 0;
      if (count === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(guest.call(tcp("room"), socket)).toEqual(ok(0));
    expect(ready(guest, socket)).toMatchObject({ writable: false, flushed: false });
    const other = await theirs.promise;
    other.on("data", () => {}).resume();
    await guest.until(
      () => ready(guest, socket),
      (flags) => (flags as { flushed: boolean }).flushed,
    );
    while (other.bytesRead < sent) await once(other, "data");
    expect(other.bytesRead).toBe(sent);
  });
});

describe("a listener", () => {
  it("accepts connections, each with its addresses", async () => {
    const guest = await network(anything);
    const { socket, port } = await listening(guest);
    expect(guest.call(tcp("accept"), socket)).toEqual(ok({ case: "none" }));
    const client = await visitor(port);
    const connection = await accepted(guest, socket);
    expect(guest.call(tcp("local-address"), connection)).toEqual(ok(local(port)));
    expect(guest.call(tcp("remote-address"), connection)).toEqual(ok(local(client.localPort!)));
    client.end("question");
    expect((await received(guest, connection)).toString()).toBe("question");
    valueOf(guest.call(tcp("send"), connection, new Uint8Array(Buffer.from("answer"))));
    guest.call("drop tcp-socket", connection);
    let answer = "";
    for await (const piece of client) answer += String(piece);
    expect(answer).toBe("answer");
  });

  it("is there once it listens, and not when it is only bound", async () => {
    const guest = await network(anything);
    const socket = socketOf(guest);
    valueOf(guest.call(tcp("bind"), socket, local(0)));
    const { port } = valueOf<Address>(guest.call(tcp("local-address"), socket));
    await expect(visitor(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(guest.call(tcp("accept"), socket)).toEqual(error("invalid-state"));
    expect(guest.call(tcp("outcome"), socket)).toEqual(error("not-in-progress"));
    valueOf(guest.call(tcp("listen"), socket));
    expect(guest.call(tcp("listen"), socket)).toEqual(error("concurrency-conflict"));
    await settled(guest, socket);
    await visitor(port);
    expect(guest.call(tcp("listen"), socket)).toEqual(error("invalid-state"));
  });

  it("resets those that nobody will accept, when it is dropped and when too many wait", async () => {
    const guest = await network(anything);
    const socket = socketOf(guest);
    valueOf(guest.call(tcp("bind"), socket, local(0)));
    valueOf(guest.call(tcp("set-option"), socket, "listen-backlog-size", 1n));
    valueOf(guest.call(tcp("listen"), socket));
    await settled(guest, socket);
    expect(guest.call(tcp("set-option"), socket, "listen-backlog-size", 9n)).toEqual(error("invalid-state"));
    const { port } = valueOf<Address>(guest.call(tcp("local-address"), socket));
    const first = await visitor(port);
    await guest.until(
      () => ready(guest, socket),
      (flags) => (flags as { acceptable: boolean }).acceptable,
    );
    expect(await endOf(connect(port, "127.0.0.1"))).toBe("ECONNRESET");
    expect(first.destroyed).toBe(false);
    const end = endOf(first);
    guest.call("drop tcp-socket", socket);
    expect(await end).toBe("ECONNRESET");
    await expect(visitor(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("cannot have what another one has, or an address that is not here", async () => {
    const { port } = await listening(await network(anything));
    const guest = await network({
      listen: [
        { port, host: "*" },
        { port: 0, host: "*" },
      ],
    });
    expect(guest.call(tcp("bind"), socketOf(guest), local(port))).toEqual(error("address-in-use"));
    expect(guest.call(tcp("bind"), socketOf(guest), local(0, 0xcb00_7109n))).toEqual(
      error("address-not-bindable"),
    );
  });
});

describe("options", () => {
  it("are kept, clamped, handed to accepted connections, or not supported", async () => {
    const guest = await network(anything);
    const { socket, port } = await listening(guest);
    const set = (which: string, value: bigint): unknown =>
      guest.call(tcp("set-option"), socket, which, value);
    const get = (which: string, of = socket): unknown => guest.call(tcp("get-option"), of, which);
    expect(get("keep-alive")).toEqual(ok(0n));
    expect(set("keep-alive", 1n)).toEqual(ok());
    expect(set("keep-alive-idle-time", 1_500_000_000n)).toEqual(ok());
    expect(set("keep-alive-interval", 2n ** 64n - 1n)).toEqual(ok());
    expect(set("keep-alive-count", 1000n)).toEqual(ok());
    expect(set("receive-buffer-size", 1n)).toEqual(ok());
    expect(set("send-buffer-size", 2n ** 64n - 1n)).toEqual(ok());
    for (const which of [
      "keep-alive-count",
      "keep-alive-idle-time",
      "keep-alive-interval",
      "send-buffer-size",
    ])
      expect(set(which, 0n)).toEqual(error("invalid-argument"));
    expect(set("hop-limit", 3n)).toEqual(error("not-supported"));
    await visitor(port);
    const connection = await accepted(guest, socket);
    expect(get("keep-alive", connection)).toEqual(ok(1n));
    expect(get("keep-alive-idle-time", connection)).toEqual(ok(2_000_000_000n));
    expect(get("keep-alive-interval", connection)).toEqual(ok(32_767_000_000_000n));
    expect(get("keep-alive-count", connection)).toEqual(ok(127n));
    expect(get("receive-buffer-size", connection)).toEqual(ok(4096n));
    expect(get("send-buffer-size", connection)).toEqual(ok(1_048_576n));
    expect(get("hop-limit", connection)).toEqual(error("not-supported"));
    expect(get("listen-backlog-size", connection)).toEqual(error("not-supported"));
  });
});

describe("addresses that mean nobody", () => {
  it.each([
    ["of the other family", local6(80)],
    ["of everybody", local(80, 0n)],
    ["of many", local(80, 0xe000_0001n)],
    ["without a port", local(0)],
    ["of more than 32 bits", local(80, 2n ** 32n)],
  ])("are invalid: %s", async (_, address) => {
    const guest = await network(anything);
    expect(guest.call(tcp("connect"), socketOf(guest), address)).toEqual(error("invalid-argument"));
  });

  it("are invalid: IPv4 in IPv6", async () => {
    const guest = await network(anything);
    const mapped = local6(80, 0xffff_7f00_0001n);
    expect(guest.call(tcp("connect"), socketOf(guest, "ipv6"), mapped)).toEqual(error("invalid-argument"));
    expect(guest.call(tcp("bind"), socketOf(guest, "ipv6"), mapped)).toEqual(error("invalid-argument"));
  });
});
