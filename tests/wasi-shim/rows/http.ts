/** wasi:http: what a program makes, what its handler is asked, and what it asks of others. */
import { once } from "node:events";
import { createServer, get, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { builtHttp } from "../../../components/http/built.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { httpClient } from "../../../toolchain/link/config/grants.ts";
import { HTTP_DRIVER, HTTP_POOL, HTTP_WASI_DRIVER, link } from "../../../toolchain/link/index.ts";
import { builtHttpDriver, builtShim } from "../../../wasi-shim/built.ts";
import { exchange, RawClient } from "../../host-linux/devices/http/raw.ts";
import { serve, type Served } from "../../host-linux/devices/http/serving.ts";
import { checkedRows } from "../checks.ts";
import { CONSOLE, wasiGuest } from "../guest.ts";
import type { Row } from "../row.ts";

const TYPES = "wasi:http/types";
const OUT = "wasi:http/outgoing-handler#handle";

function of(...names: readonly string[]): string[] {
  return names.map((name) => `${TYPES}#${name}`);
}

const VALUES = checkedRows(() => wasiGuest("http-values"), { process: { grants: [CONSOLE] } }, [
  {
    name: "fields are kept in their order",
    proves: of("fields.constructor", "fields.append", "fields.entries"),
  },
  { name: "a field is found without regard to case, all its values", proves: of("fields.get") },
  { name: "a field that is there is there", proves: of("fields.has") },
  { name: "a field that is set has the new values alone", proves: of("fields.set") },
  { name: "a field that is deleted is not there", proves: of("fields.delete") },
  { name: "a clone goes its own way", proves: of("fields.clone") },
  {
    name: "a name or a value that HTTP does not allow is refused",
    proves: of("fields.append", "fields.set", "fields.delete"),
  },
  {
    name: "a field that is the connection's is refused",
    proves: of("fields.append", "fields.set", "fields.delete"),
  },
  { name: "fields are made of a list", proves: of("fields.from-list") },
  { name: "fields of a list with one that is not allowed are refused", proves: of("fields.from-list") },
  {
    name: "a request is GET, and names no server at first",
    proves: of("outgoing-request.constructor", "outgoing-request.method", "outgoing-request.scheme"),
  },
  { name: "headers of a request can be seen and not changed", proves: of("outgoing-request.headers") },
  { name: "a method is set, one that is none is not", proves: of("outgoing-request.set-method") },
  {
    name: "a path is set, one that is none is not",
    proves: of("outgoing-request.path-with-query", "outgoing-request.set-path-with-query"),
  },
  { name: "a scheme is set, one that is none is not", proves: of("outgoing-request.set-scheme") },
  {
    name: "an authority is set, one that is none is not",
    proves: of("outgoing-request.authority", "outgoing-request.set-authority"),
  },
  { name: "what was set is taken back", proves: of("outgoing-request.set-authority") },
  { name: "the body of a request is there once", proves: of("outgoing-request.body") },
  {
    name: "time-outs are kept",
    proves: of(
      "request-options.constructor",
      ...["connect", "first-byte", "between-bytes"].flatMap((name) => [
        `request-options.${name}-timeout`,
        `request-options.set-${name}-timeout`,
      ]),
    ),
  },
  {
    name: "a response is 200 at first",
    proves: of("outgoing-response.constructor", "outgoing-response.status-code"),
  },
  { name: "a status is set, one that is none is not", proves: of("outgoing-response.set-status-code") },
  { name: "headers of a response can be seen and not changed", proves: of("outgoing-response.headers") },
  { name: "the body of a response is there once", proves: of("outgoing-response.body") },
  { name: "the stream of a body is there once", proves: of("outgoing-body.write") },
  { name: "a body takes what is written before its request is sent", proves: of("outgoing-body.write") },
  {
    name: "a body longer than its content-length fails, and says so",
    proves: of("outgoing-body.write", "http-error-code"),
  },
  { name: "a body shorter than its content-length is no whole body", proves: of("outgoing-body.finish") },
  { name: "a server that was not granted is denied", proves: [OUT] },
  { name: "a request that cannot be sent says why", proves: [OUT] },
]);

let origin: Server | undefined;
let closedPort = 0;
let served: Promise<Served> | undefined;

/** A service whose handler is the guest, and a server elsewhere that it may ask. */
async function service(): Promise<Served> {
  const elsewhere = createServer((asked, answer) => {
    if (asked.url === "/never") return;
    if (asked.url === "/stuck") return void answer.write("abc");
    if (asked.url === "/cut") return void answer.write("abc", () => answer.destroy());
    answer.writeHead(201, { "x-origin": `${asked.method} ${String(asked.headers["x-sent"])}` });
    asked.pipe(answer);
  });
  elsewhere.listen(0, "127.0.0.1");
  const closed = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(elsewhere, "listening"), once(closed, "listening")]);
  closedPort = portOf(closed);
  closed.close();
  origin = elsewhere;
  const web = await wasiGuest("http-web", "export wasi:http/incoming-handler@0.2.12;");
  const to = [`127.0.0.1:${portOf(elsewhere)}`, `127.0.0.1:${closedPort}`, "nobody.invalid"];
  const { plan } = link({
    config: {
      name: "test",
      processes: { web: { component: "./web.wasm", grants: [httpClient({ to })] } },
      http: { port: 0, handler: "web", instances: { max: 4 }, limits: { bodyBytes: 10_000_000 } },
      supervisor: { intensity: 16 },
    },
    components: new Map([
      ["./web.wasm", web],
      [HTTP_DRIVER, await builtHttp("driver")],
      [HTTP_WASI_DRIVER, await builtHttpDriver()],
      [HTTP_POOL, await builtHttp("pool")],
    ]),
    shims: { http: await builtShim("http") },
    kernel: await builtKernel(),
  });
  return await serve(plan);
}

export async function endService(): Promise<void> {
  const ended = await (await served)?.stop();
  origin?.closeAllConnections();
  origin?.close();
  if (ended !== undefined) expect(ended).toMatchObject({ kind: "stopped", forced: false });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function port(): Promise<number> {
  return (await (served ??= service())).port;
}

async function ask(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const answer = await fetch(`http://127.0.0.1:${await port()}${path}`, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function elsewhere(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  await port();
  return await ask(`/ask/127.0.0.1:${portOf(origin!)}${path}`, init);
}

const HANDLED: readonly Row[] = [
  {
    name: "a handler is told what is asked, and answers",
    proves: [
      "wasi:http/incoming-handler#handle",
      ...of("incoming-request.method", "incoming-request.path-with-query", "incoming-request.scheme"),
      ...of("incoming-request.authority", "incoming-request.headers", "response-outparam.set"),
    ],
    test: async () => {
      const sent = `PURGE /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-A: gr\xc3\xbc\xc3\x9fe\r\nConnection: close\r\n\r\n`;
      const received = Buffer.from(await exchange(await port(), sent), "latin1").toString();
      expect(received).toMatch(/^HTTP\/1.1 203 /);
      expect(received).toMatch(/Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
      expect(received).toContain("other PURGE /a?b=c example.com HTTP x-a=grüße true");
      const absolute = "GET http://other:81?x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
      expect(await exchange(await port(), absolute)).toMatch(/GET \/\?x other:81 HTTP/);
    },
  },
  {
    name: "a host that is no address is not one for the handler, and is nothing to die of",
    proves: of("incoming-request.authority"),
    test: async () => {
      // The first three are half a character, half of a pair, and beyond Unicode, written as UTF-8 would.
      for (const host of ["\xe2\x82", "\xed\xa0\x80", "\xf7\xbf\xbf\xbf", "user@h", "a b", ""]) {
        const sent = `GET /h HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
        expect(await exchange(await port(), sent)).toMatch(/GET \/h {2}HTTP/);
      }
      const absolute = "GET http://user@h/h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
      expect(await exchange(await port(), absolute)).toMatch(/GET \/h {2}HTTP/);
    },
  },
  {
    name: "a body is read and another written at the same time, with trailers",
    proves: of(
      "incoming-request.consume",
      "incoming-body.stream",
      "incoming-body.finish",
      "future-trailers.get",
    ),
    test: async () => {
      const asking = request({ port: await port(), method: "POST", path: "/echo" });
      asking.write("first,");
      const [answer] = (await once(asking, "response")) as [IncomingMessage];
      expect(String(await once(answer, "data"))).toBe("first,");
      asking.write("second");
      expect(String(await once(answer, "data"))).toBe("second");
      asking.addTrailers({ "x-sum": "7" });
      asking.end();
      answer.resume();
      await once(answer, "end");
      expect(answer.trailers).toEqual({ "x-sum": "7" });
    },
  },
  {
    name: "a long body goes through a short memory",
    proves: of("incoming-body.stream", "outgoing-body.write"),
    test: async () => {
      const body = new Uint8Array(3_000_000).map((_, i) => i % 251);
      const answer = await fetch(`http://127.0.0.1:${await port()}/echo`, { method: "POST", body });
      expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), body)).toBe(0);
    },
  },
  {
    name: "bodies that come slowly leave half of the instances to others",
    proves: of("incoming-body.stream"),
    test: async () => {
      const head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na";
      const to = await port();
      const slow = Array.from({ length: 8 }, () => new RawClient(to).send(head));
      await Promise.race(slow.map((client) => client.until(/\r\na\r\n$/)));
      expect((await ask("/x")).status).toBe(203);
      for (const client of slow) client.send("b");
      for (const client of slow) expect(await client.until(/\r\n0\r\n/)).toContain("200 OK");
      for (const client of slow) client.drop();
    },
  },
  {
    name: "what was written before the answer is set goes out with it",
    proves: of("outgoing-body.finish", "response-outparam.set"),
    test: async () => {
      const [answer] = (await once(get({ port: await port(), path: "/before" }), "response")) as [
        IncomingMessage,
      ];
      expect(await text(answer)).toBe("before");
      expect(answer.trailers).toEqual({ "x-end": "1" });
      expect((await ask("/much-before")).text.length).toBe(1_000_000);
      const head = await ask("/length", { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, "5"]);
      expect((await ask("/bare")).status).toBe(204);
    },
  },
  {
    name: "a handler that gives no answer, or an error, is 500 and says no more",
    proves: of("response-outparam.set"),
    test: async () => {
      expect(await ask("/silent")).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
      expect(await ask("/error")).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    },
  },
  {
    name: "an answer that is not finished is not whole for the client",
    proves: of("outgoing-body.finish"),
    test: async () => {
      for (const path of ["/dropped", "/crash-late"]) {
        const client = new RawClient(await port()).send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
        expect(await client.all()).toMatch(/begun\r\n$/);
      }
    },
  },
  {
    name: "a handler that traps loses its request alone",
    proves: ["wasi:http/incoming-handler#handle"],
    test: async () => {
      expect((await ask("/crash")).status).toBe(502);
      expect((await ask("/throw")).status).toBe(502);
      expect((await ask("/x")).status).toBe(203);
      while (!JSON.stringify((await served)?.deaths).includes("gave up: my last words")) await sleep(20);
    },
  },
];

const ASKED: readonly Row[] = [
  {
    name: "a server elsewhere is asked, and answers",
    proves: [
      OUT,
      ...of("future-incoming-response.get", "future-incoming-response.subscribe", "incoming-response.status"),
      ...of("incoming-response.headers", "incoming-response.consume"),
    ],
    test: async () => {
      const answer = await elsewhere("/x", { method: "POST", body: "abc", headers: { "x-sent": "1" } });
      expect(answer).toMatchObject({ status: 201, text: "abc" });
      expect(answer.headers.get("x-origin")).toBe("POST 1");
      expect(await elsewhere("/x")).toMatchObject({ status: 201, text: "" });
    },
  },
  {
    name: "what goes wrong has a code",
    proves: [OUT, ...of("future-incoming-response.get", "http-error-code")],
    test: async () => {
      expect((await ask("/ask/example.com/")).text).toBe("handle: denied");
      expect((await ask("/ask/nobody.invalid/")).text).toBe("name");
      expect((await ask(`/ask/127.0.0.1:${closedPort}/`)).text).toBe("refused");
      expect((await elsewhere("/cut")).text).toBe("abc(terminated)");
    },
  },
  {
    name: "time-outs end what they are set for",
    proves: of("request-options.set-first-byte-timeout", "request-options.set-between-bytes-timeout"),
    test: async () => {
      expect((await elsewhere("/never")).text).toBe("timeout");
      expect((await elsewhere("/stuck")).text).toBe("abc(read timeout)");
    },
  },
  {
    name: "trailers can be waited for",
    proves: of("future-trailers.subscribe"),
    test: async () => {
      const asking = request({ port: await port(), method: "POST", path: "/echo" });
      asking.write("a");
      const [answer] = (await once(asking, "response")) as [IncomingMessage];
      answer.resume();
      let hasEnded = false;
      answer.on("end", () => (hasEnded = true));
      await sleep(20);
      expect(hasEnded).toBe(false);
      asking.end();
      await once(answer, "end");
    },
  },
];

export const ROWS: readonly Row[] = [...VALUES, ...HANDLED, ...ASKED];
