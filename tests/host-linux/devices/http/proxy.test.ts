/** Bodies in parts, both ways, and requests to servers elsewhere: what arrives, and how it ends when it does not. */
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONSOLE } from "../../../toolchain/link/guests.ts";
import { httpClient, httpServer } from "../../../../toolchain/link/config/grants.ts";
import { PROXY } from "./proxy.ts";
import { RawClient } from "./raw.ts";
import { planOf, programs, serve, type Served } from "./serving.ts";

let served: Served;
let origin: Server;
/** Bytes that the origin has got rid of, of so many. */
let sent = 0;
const MUCH = 100_000_000;
/** What origins see of clients that they lose. */
const lost: string[] = [];

beforeAll(async () => {
  origin = createServer((asked, answer) => {
    const { url = "" } = asked;
    if (url === "/never") {
      asked.on("close", () => lost.push(url));
      return;
    }
    if (url === "/cut") {
      answer.writeHead(200, { "x-a": "1" });
      answer.write("abc", () => answer.destroy());
      return;
    }
    if (url === "/endless") {
      answer.on("close", () => lost.push(url));
      return pour(answer);
    }
    if (url === "/slow") {
      answer.writeHead(200);
      answer.write("abc");
      answer.on("close", () => lost.push(url));
      return;
    }
    const headers: string[] = [
      "X-Method",
      asked.method ?? "",
      "X-Host",
      asked.headers.host ?? "",
      "X-Twice",
      "1",
    ];
    headers.push(
      "X-Twice",
      "2",
      "X-Length",
      asked.headers["content-length"] ?? "-",
      "X-Coding",
      asked.headers["transfer-encoding"] ?? "-",
    );
    headers.push("X-Letters", (asked.headers["x-letters"] as string | undefined) ?? "-");
    answer.writeHead(url === "/teapot" ? 418 : 200, headers);
    asked.pipe(answer, { end: false });
    asked.on("end", () => {
      answer.addTrailers({ "x-sum": asked.trailers["x-in"] ?? "none" });
      answer.end();
    });
  });
  origin.listen(0, "127.0.0.1");
  await once(origin, "listening");
  const { proxy } = await programs({ proxy: PROXY });
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  closedPort = portOf(closed);
  closed.close();
  const to = [elsewhere(), `127.0.0.1:${closedPort}`, "*.invalid", "localhost:1"];
  const grants = [CONSOLE, httpServer({ port: 0 }), httpClient({ to })];
  served = await serve(await planOf(proxy, { bodyBytes: 100_000_000 }, { grants }));
}, 60_000);
let closedPort = 0;
afterAll(async () => {
  expect(await served.stop()).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
  origin.closeAllConnections();
  origin.close();
});

function pour(answer: ServerResponse): void {
  const part = Buffer.alloc(65_536);
  while (sent < MUCH && !answer.destroyed) {
    sent += part.length;
    if (!answer.write(part)) return void answer.once("drain", () => pour(answer));
  }
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

/** The origin, as the grant says it. */
function elsewhere(): string {
  return `127.0.0.1:${portOf(origin)}`;
}

async function ask(
  path: string,
  init: Omit<RequestInit, "headers"> & { to?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const { to = elsewhere(), headers, ...rest } = init;
  return await fetch(`http://127.0.0.1:${served.port}${path}`, {
    headers: { "x-to": to, ...headers },
    ...rest,
  });
}

describe("a request to a server elsewhere", () => {
  it("is answered, with status and headers", async () => {
    const answer = await ask("/teapot", { headers: { "x-letters": "gr\xfc\xdfe" } });
    expect(answer.status).toBe(418);
    expect(answer.headers.get("x-host")).toBe(elsewhere());
    expect(answer.headers.get("x-twice")).toBe("1, 2");
    expect(answer.headers.get("x-letters")).toBe("gr\xfc\xdfe");
    expect(await answer.text()).toBe("");
  });

  it.each([
    ["GET", undefined, "-", "-"],
    ["POST", "", "0", "-"],
    ["POST", "abc", "3", "-"],
    ["DELETE", "abc", "3", "-"],
  ])("%s with the body %s says its length: %s", async (method, body, length, coding) => {
    const answer = await ask("/x", { method, ...(body !== undefined && { body }) });
    expect([
      answer.headers.get("x-method"),
      answer.headers.get("x-length"),
      answer.headers.get("x-coding"),
    ]).toEqual([method, length, coding]);
    expect(await answer.text()).toBe(body ?? "");
  });

  it("has its body in parts, and trailers, both ways", async () => {
    const asking = request({
      port: served.port,
      method: "POST",
      path: "/x",
      headers: { "x-to": elsewhere() },
    });
    asking.write("first,");
    const [answer] = (await once(asking, "response")) as [IncomingMessage];
    expect(answer.headers["x-coding"]).toBe("chunked");
    expect(String(await once(answer, "data"))).toBe("first,");
    asking.write("second");
    expect(String(await once(answer, "data"))).toBe("second");
    asking.addTrailers({ "x-in": "7" });
    asking.end();
    answer.resume();
    await once(answer, "end");
    expect(answer.trailers).toEqual({ "x-sum": "7" });
  });

  it("carries much, without holding it", async () => {
    const body = new Uint8Array(4_000_000).map((_, i) => i % 251);
    const answer = await ask("/x", { method: "POST", body });
    expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), body)).toBe(0);
  });

  it("waits for a client that does not read", async () => {
    const client = new RawClient(served.port);
    client.socket.pause();
    client.send(`GET /endless HTTP/1.1\r\nHost: h\r\nX-To: ${elsewhere()}\r\n\r\n`);
    for (let seen = -1; seen <= 0 || seen !== sent; await sleep(100)) seen = sent;
    // What the system's own buffers hold, and a little here.
    expect(sent).toBeLessThan(MUCH);
    client.socket.resetAndDestroy();
    while (!lost.includes("/endless")) await sleep(5);
  });
});

describe("a server elsewhere", () => {
  it.each([
    ["that the grant does not name", "127.0.0.2:80", "/", {}, "begin 0"],
    ["of another port", "127.0.0.1:1", "/", {}, "begin 0"],
    ["that is no address", "a/b", "/", {}, "begin 1"],
    ["with somebody's password", "me:secret@localhost:1", "/", {}, "begin 1"],
    ["with a path that is none", undefined, "/", { "x-path": "x y" }, "begin 1"],
    ["that is not known", "nobody.invalid", "/", {}, "answer 4"],
    ["that does not answer in time", undefined, "/never", { "x-time": "100" }, "answer 7"],
    ["that speaks no TLS", undefined, "/", { "x-secure": "1" }, "answer 9"],
  ])("%s", async (_, to, path, headers, error) => {
    const named = to === undefined ? {} : { to };
    const answer = await ask(path, { ...named, headers });
    expect(answer.status).toBe(599);
    expect(await answer.text()).toBe(error);
  });

  it("that takes no connections", async () => {
    expect(await (await ask("/", { to: `127.0.0.1:${closedPort}` })).text()).toBe("answer 5");
  });

  it("that ends in the middle of its answer ends the answer", async () => {
    const client = new RawClient(served.port).send(
      `GET /cut HTTP/1.1\r\nHost: h\r\nX-To: ${elsewhere()}\r\n\r\n`,
    );
    const received = await client.all();
    expect(received).toContain("x-a: 1");
    expect(received).not.toMatch(/\r\n0\r\n/);
  });

  it.each([
    ["that speaks no HTTP", "hello\r\n\r\n"],
    ["that changes to another protocol", "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
  ])("%s", async (_, said) => {
    const server = createTcpServer((socket: Socket) => socket.write(said)).listen(closedPort, "127.0.0.1");
    await once(server, "listening");
    expect(await (await ask("/", { to: `127.0.0.1:${closedPort}` })).text()).toBe("answer 10");
    server.close();
  });

  it("with headers too large", async () => {
    const server = createTcpServer((socket: Socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}\r\n\r\n`),
    ).listen(closedPort, "127.0.0.1");
    await once(server, "listening");
    expect(await (await ask("/", { to: `127.0.0.1:${closedPort}` })).text()).toBe("answer 11");
    server.close();
  });
});

describe("an answer in parts", () => {
  it("shorter than it promised ends the connection, and the program is told", async () => {
    const received = await new RawClient(served.port).send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n").all();
    expect(received).not.toContain("abcabc");
    while (!served.output.text.includes("short 2\n")) await sleep(5);
  });

  it("of a client that has gone ends the call, and the program is told", async () => {
    const client = new RawClient(served.port).send(
      `GET /slow HTTP/1.1\r\nHost: h\r\nX-To: ${elsewhere()}\r\n\r\n`,
    );
    await client.until(/abc/);
    client.socket.resetAndDestroy();
    while (!lost.includes("/slow")) await sleep(5);
    expect(served.output.text).toContain("client gone\n");
  });

  it("of a process that dies is cut", async () => {
    const client = new RawClient(served.port).send("GET /late-crash HTTP/1.1\r\nHost: h\r\n\r\n");
    const received = await client.all();
    expect(received).toMatch(/abc\r\n$/);
    expect(await (await ask("/address")).text()).toBe("127.0.0.1");
  });
});
