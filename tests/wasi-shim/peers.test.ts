/** A guest's sockets against programs that are not guests: what the other side does, and what others notice. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import * as grants from "../../index.ts";
import { builtKernel } from "../../kernel/built.ts";
import { link } from "../../toolchain/link/index.ts";
import { builtShim } from "../../wasi-shim/built.ts";
import { CLOCK, CONSOLE, type Process, wasiGuest, wasiPlan } from "./guest.ts";
import { portOf, start, type Started } from "./running.ts";

let guest: Uint8Array;
beforeAll(async () => {
  guest = await wasiGuest("peer");
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const LISTENS = [CLOCK, CONSOLE, grants.listen(0)];
const CONNECTS = [CLOCK, CONSOLE, grants.connect("127.0.0.1:*")];

async function serving(
  what: string,
  configuration: Record<string, string> = {},
): Promise<Started & { port: number }> {
  const started = start(
    await wasiPlan(guest, { grants: LISTENS, configuration: { what, ...configuration } }),
  );
  return { ...started, port: await portOf(started) };
}

async function visiting(
  what: string,
  port: number,
  configuration: Record<string, string> = {},
): Promise<Started> {
  return start(
    await wasiPlan(guest, {
      grants: CONNECTS,
      configuration: { what, port: String(port), ...configuration },
    }),
  );
}

async function visitor(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  closing.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function host(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    closing.push(() => socket.destroy());
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function all(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** How the other side ends it: in order, or not. */
function end(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    socket.once("end", () => resolve("end"));
    socket.resume();
  });
}

const ENDED = { kind: "ended", exitCode: 0 };

describe("a guest that serves", () => {
  it("echoes to one after the other, also to who has closed its half", async () => {
    const server = await serving("echo", { connections: "3" });
    for (const size of [0, 5, 1_000_000]) {
      const question = Buffer.alloc(size, "atoll ");
      const client = await visitor(server.port);
      client.end(question);
      expect((await all(client)).equals(question)).toBe(true);
    }
    expect(await server.outcome).toMatchObject(ENDED);
  });

  it("reads slowly, and the other side waits for it", async () => {
    const server = await serving("slow");
    const client = await visitor(server.port);
    client.end(Buffer.alloc(4 * 1024 * 1024));
    expect(await server.line("read ")).toBe(`read ${4 * 1024 * 1024}`);
    expect(await server.outcome).toMatchObject(ENDED);
  });

  it("lets others go on while it waits for somebody", async () => {
    const components = new Map([
      ["./guest.wasm", guest],
      ["./ticker.wasm", await wasiGuest("ticker", "export atoll:kernel/alarms@0.1.0;")],
    ]);
    const configuration = { what: "echo", connections: "1" };
    const processes: Record<string, Process & { component: string }> = {
      guest: { component: "./guest.wasm", grants: LISTENS, configuration },
      ticker: { component: "./ticker.wasm", grants: [CONSOLE] },
    };
    const { plan } = link({
      config: { name: "test", processes, supervisor: {}, entry: "guest" },
      components,
      shims: { sockets: await builtShim("sockets") },
      kernel: await builtKernel(),
    });
    const server = start(plan);
    const port = await portOf(server);
    await server.line("tick 5");
    expect(server.lines).not.toContain("accepted");
    const client = await visitor(port);
    client.end("hello");
    expect((await all(client)).toString()).toBe("hello");
    expect(await server.outcome).toMatchObject(ENDED);
  });

  it("loses its connections when it dies, and its listener, and listens anew when it is restarted", async () => {
    const free = await host(() => {});
    closing.pop()?.();
    const plan = await wasiPlan(guest, {
      grants: [CLOCK, CONSOLE, grants.listen(free)],
      configuration: { what: "crash", port: String(free) },
      restart: "permanent",
    });
    const server = start(plan);
    await server.line("listens");
    const client = await visitor(free);
    const bystander = await visitor(free);
    const ends = [client, bystander].map((socket) => end(socket));
    client.write("crash");
    expect(await Promise.all(ends)).toEqual(["end", "ECONNRESET"]);
    await server.line("listens");
    const second = await visitor(free);
    second.write("hello");
    expect(String((await once(second, "data"))[0])).toBe("fine");
    second.destroy();
  });
});

describe("a guest that connects", () => {
  it("is told of a reset, once, and can then neither read nor write", async () => {
    const port = await host((socket) => socket.once("data", () => socket.resetAndDestroy()).resume());
    const client = await visiting("reset", port);
    expect(await client.line("")).toBe("the connection failed: reset by the other side, then closed");
    expect(await client.line("")).toBe("the connection failed: reset by the other side");
    expect(await client.outcome).toMatchObject(ENDED);
  });

  it("waits while the other side does not read", async () => {
    const theirs = Promise.withResolvers<Socket>();
    const port = await host(theirs.resolve);
    const pieces = 4096;
    const client = await visiting("send", port, { pieces: String(pieces) });
    const socket = await theirs.promise;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(client.lines).toEqual([]);
    const received = await all(socket);
    expect(received).toHaveLength(pieces * 4096);
    expect(received.every((byte, i) => byte === i % 256)).toBe(true);
    await client.line("sent");
    socket.end();
    await client.line("ended");
    expect(await client.outcome).toMatchObject(ENDED);
  });
});

describe("a guest that was not granted the network", () => {
  it("is denied all of it", async () => {
    const process = { grants: [CLOCK, CONSOLE], configuration: { what: "nothing" } };
    const client = start(await wasiPlan(guest, process));
    // The number of access-denied.
    expect(await client.line("")).toBe("1 1 1 1");
    expect(await client.outcome).toMatchObject(ENDED);
  });

  it("is refused when its system is linked, if it is strict", async () => {
    const process: Process = { grants: [CLOCK, CONSOLE], configuration: { what: "nothing" }, strict: true };
    await expect(wasiPlan(guest, process)).rejects.toThrow(
      /is strict, and imports what it is not granted:\n  wasi:sockets\/[^\n]*: listen\(8080\), connect\("host:443"\)/,
    );
  });
});
