/** Processes that answer requests with their whole bodies: what clients get, whatever becomes of the process. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient, exchange, statuses } from "./raw.ts";
import { planOf, programs, serve, WHOLE, type Served } from "./serving.ts";

let served: Served;

beforeAll(async () => {
  const { whole } = await programs({ whole: WHOLE });
  const limits = { answerTime: 300, headerTime: 300, requestTime: 300, idleTime: 2_000, bodyBytes: 1_000 };
  served = await serve(await planOf(whole, { ...limits, headerBytes: 2_000 }));
}, 60_000);
afterAll(async () => {
  expect(await served.stop()).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
});

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${served.port}${path}`, init);
  return { status: response.status, text: await response.text() };
}

function raw(text: string): Promise<string> {
  return exchange(served.port, text);
}

/** Whoever answers now, by the number of its life; the requests before are over. */
async function life(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${served.port}/`);
  await response.text();
  return Number(response.headers.get("x-life"));
}

const CLOSE = "Host: h\r\nConnection: close\r\n\r\n";

describe("a request", () => {
  it("is answered, its target as it was sent", async () => {
    expect(await ask("/some?thing=%20&a=b")).toEqual({ status: 200, text: "GET /some?thing=%20&a=b" });
    expect(await ask("/", { method: "DELETE" })).toEqual({ status: 200, text: "DELETE /" });
    expect(statuses(await raw(`PURGE * HTTP/1.1\r\n${CLOSE}`))).toEqual([200]);
  });

  it("has headers in lower case, in their order, also twice and with other letters than those of ASCII", async () => {
    const sent = `GET /headers HTTP/1.1\r\nX-B: 1\r\nx-a: \r\nX-b: gr\xc3\xbc\xc3\x9fe\r\nX-C: \xff\r\n${CLOSE}`;
    const text = Buffer.from((await raw(sent)).split("\r\n\r\n")[1] ?? "", "latin1").toString();
    expect(text).toBe("x-b=1\nx-a=\nx-b=grüße\nx-c=\ufffd\nhost=h\nconnection=close\n");
  });

  it("is handed over whole, however slowly it comes", async () => {
    const client = new RawClient(served.port).send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nab",
    );
    expect(await ask("/meanwhile")).toEqual({ status: 200, text: "GET /meanwhile" });
    client.send("cd");
    await sleep(20);
    client.send("ef");
    expect(await client.until(/abcdef/)).toContain(
      "content-length: 6".replace("content-length", "Content-Length"),
    );
    client
      .send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n")
      .send("0\r\n\r\n");
    await client.until(/xyz$/);
    client.drop();
  });

  it("may come before the one before it was answered", async () => {
    const three = ["/1", "/2", "/3"].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).join("");
    const client = new RawClient(served.port).send(three);
    const received = await client.until(/\/3$/);
    expect(received.match(/GET \/\d/g)).toEqual(["GET /1", "GET /2", "GET /3"]);
    client.drop();
  });

  it("of a client that says no more is answered all the same", async () => {
    const client = new RawClient(served.port, { allowHalfOpen: true });
    client.socket.end("GET /half HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(await client.all()).toContain("GET /half");
  });

  it("that wants another protocol gets an answer in this one", async () => {
    const text = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n";
    expect(await raw(text)).toMatch(/^HTTP\/1.1 200 OK[^]*GET \/ws$/);
    expect(statuses(await raw("CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n"))).toEqual([501]);
  });

  it("may ask whether to go on", async () => {
    const client = new RawClient(served.port).send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    );
    await client.until(/100 Continue/);
    client.send("ok");
    expect(await client.until(/ok$/)).toContain("200 OK");
    client.drop();
  });
});

describe("an answer", () => {
  it("without a body has none", async () => {
    const received = await raw(`GET /nothing HTTP/1.1\r\n${CLOSE}`);
    expect(statuses(received)).toEqual([204]);
    expect(received).not.toMatch(/content-length/i);
  });

  it("to HEAD says its length, and no more", async () => {
    const received = await raw(`HEAD /x HTTP/1.1\r\n${CLOSE}`);
    expect(received).toMatch(/Content-Length: 7\r\n/);
    expect(received).toMatch(/\r\n\r\n$/);
  });

  it("has the length that it has, whatever the program says", async () => {
    const received = await raw(`GET /length HTTP/1.1\r\n${CLOSE}`);
    expect(received.match(/content-length: \d+/gi)).toEqual(["Content-Length: 11"]);
    expect(received).toMatch(/GET \/length$/);
  });

  it("that HTTP does not allow is 500, and the program is told", async () => {
    const before = await life();
    expect(await ask("/invalid")).toEqual({ status: 500, text: "500 Internal Server Error\n" });
    expect(await life()).toBe(before);
    expect(served.output.text).toContain("not answered: 2\n");
  });

  it("that never comes, because the program goes on to the next request, is 500", async () => {
    expect(await ask("/silent")).toEqual({ status: 500, text: "500 Internal Server Error\n" });
  });

  it("that never comes at all is 504, and the process is killed and restarted", async () => {
    const before = await life();
    expect(await ask("/never")).toEqual({ status: 504, text: "504 Gateway Timeout\n" });
    expect(await life()).toBe(before + 1);
  });

  it("of a process that dies is 502, and nobody else's is touched", async () => {
    const before = await life();
    const answers = await Promise.all(["/a", "/crash", "/b", "/c"].map((path) => ask(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 502, 200, 200]);
    expect(await life()).toBe(before + 1);
    // Told when there is time.
    while (served.deaths.at(-1)?.reason !== "crashed") await sleep(5);
  });

  it("is whole when the client takes its time", async () => {
    const client = new RawClient(served.port).send(`GET /large HTTP/1.1\r\n${CLOSE}`);
    client.socket.pause();
    await sleep(50);
    client.socket.resume();
    const received = await client.all();
    expect(received.length - received.indexOf("\r\n\r\n") - 4).toBe(8_000_000);
  });
});

describe("a client that takes nothing of its answer", () => {
  it("is cut off after its time", async () => {
    const client = new RawClient(served.port).send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    client.socket.pause();
    // Nobody hears of an end that reads nothing, unless it writes.
    const sending = setInterval(() => client.send("\r\n"), 400);
    await client.ended;
    clearInterval(sending);
    expect(client.received.length).toBeLessThan(8_000_000);
  });

  it("of a few bytes is not", async () => {
    const client = new RawClient(served.port).send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/GET \/1$/);
    await sleep(700);
    client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/GET \/2$/);
    client.drop();
  });
});

describe("what is wrong with a request", () => {
  it.each([
    ["no HTTP", "hello\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a header that is none", "GET / HTTP/1.1\r\nHost: h\r\nx y: 1\r\n\r\n", 400],
    [
      "a body of two lengths",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["two hosts", `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}`, 400],
    [
      "a coding that is not known",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
      501,
    ],
    ["headers too large", `GET / HTTP/1.1\r\nHost: h\r\nx: ${"y".repeat(3_000)}\r\n\r\n`, 431],
    ["an address too large", `GET /${"y".repeat(3_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, 431],
    ["headers that do not end", "GET / HTTP/1.1\r\nHost: h\r\n", 408],
    ["a body that does not end", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab", 408],
    ["a body too large, as announced", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 413],
    [
      "the same, asked before",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
      413,
    ],
    [
      "one whose length no number holds",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999999\r\n\r\n",
      413,
    ],
    [
      "a body too large, not announced",
      `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n${"x".repeat(1001)}\r\n`,
      413,
    ],
    ["another expectation", "GET / HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\nConnection: close\r\n\r\n", 417],
  ])("%s", async (_, text, status) => {
    const before = await life();
    expect(statuses(await raw(text))).toEqual([status]);
    expect(await life()).toBe(before);
  });

  it("of a client that has gone harms nobody", async () => {
    const before = await life();
    const client = new RawClient(served.port).send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab",
    );
    await sleep(20);
    client.socket.resetAndDestroy();
    const waiting = new RawClient(served.port).send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
    await sleep(20);
    waiting.drop();
    // It cannot know.
    expect(await ask("/")).toEqual({ status: 200, text: "GET /" });
    expect(await life()).toBe(before + 1);
  });

  it("that ends its connection in the middle of a request harms nobody", async () => {
    const client = new RawClient(served.port, { allowHalfOpen: true });
    client.socket.end("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
    await client.all();
    expect(await ask("/")).toEqual({ status: 200, text: "GET /" });
  });
});
