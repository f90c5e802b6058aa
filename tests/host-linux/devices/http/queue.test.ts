/** Requests for which nobody is there, and connections without one: what waits, what is refused, and when. */
import { execFile, execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HttpLimits } from "../../../../toolchain/link/plan.ts";
import { RawClient, statuses } from "./raw.ts";
import { planOf, programs, serve, HEAD, WHOLE, type Served } from "./serving.ts";

/** Only tells where it listens, and then what the load is, each time that it is woken. */
const WATCHER = `// @wit t:watcher/api
${HEAD}
import { ending, listensAt, load } from "atoll:device/http-server";
export function run(): void {
  writeLine(listensAt());
  while (!ending()) {
    const seen = load();
    writeLine("waiting " + seen.waiting.toString() + ", idle " + seen.idle.toString() + ", departed " + seen.departed.length.toString());
    wait(u64.MAX_VALUE);
  }
}`;

/** Answers in parts; what it does is the request's path. */
const PARTS = `// @wit t:parts/api
${HEAD}
import { beginResponse, endBody, ending, enter, isOpen, listensAt, nextHead, readBody, writeBody } from "atoll:device/http-server";

type Field = Tuple2<string, StaticArray<u8>>;
const NONE = new Array<Field>(0);

export function run(): void {
  enter(1);
  if (self().life == 1) writeLine(listensAt());
  while (true) {
    const head = nextHead();
    if (head == null) {
      if (ending()) return;
      wait(u64.MAX_VALUE);
      continue;
    }
    if (head.target == "/read") {
      while (true) {
        const part = readBody(100);
        if (part.isErr) break;
        const found = part.value;
        if (found == null) break;
        if (found.length == 0) wait(u64.MAX_VALUE);
      }
    }
    beginResponse(200, NONE);
    writeBody(bytes("life " + self().life.toString() + ";"));
    while (head.target == "/hang") wait(u64.MAX_VALUE);
    if (head.target == "/crash") { wait(10_000_000); unreachable(); }
    endBody(NONE);
    while (head.target == "/stay") wait(u64.MAX_VALUE);
  }
}`;

const run = promisify(execFile);

let built: Record<"whole" | "watcher" | "parts", Uint8Array>;
let served: Served | undefined;

beforeAll(async () => {
  built = await programs({ whole: WHOLE, watcher: WATCHER, parts: PARTS });
}, 60_000);
afterEach(async () => {
  await served?.stop();
  served = undefined;
});

/** A system in which nobody answers. */
async function watched(limits: Partial<HttpLimits>): Promise<Served> {
  served = await serve(await planOf(built.watcher, limits));
  return served;
}

const MANY = 10_000;

/** So many connections, of which the last asks; what it is answered. */
async function visitors(port: number, count: number, words: string): Promise<string> {
  const program = new URL("../../../wasi-shim/visitors.ts", import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [program, `${port}`, `${count}`, words]);
  return stdout;
}

const GET = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

describe("a request that nobody takes", () => {
  it("is 503 after its time, and whoever makes processes is told", async () => {
    const { port, output } = await watched({ queueTime: 100 });
    const client = new RawClient(port).send(GET);
    const received = await client.until(/503 Service Unavailable\n$/);
    expect(received).toMatch(/Retry-After: 1\r\n/);
    expect(output.text).toContain("waiting 0, idle 0, departed 0\nwaiting 1, idle 0, departed 0\n");
    client.drop();
  });

  it("is 503 at once when too many wait, but for those whose clients have gone", async () => {
    const { port } = await watched({ waiting: 2 });
    const [first, second] = [new RawClient(port).send(GET), new RawClient(port).send(GET)];
    const third = new RawClient(port).send(GET);
    await third.until(/503/);
    first.drop();
    await first.all();
    const fourth = new RawClient(port).send(GET);
    const fifth = new RawClient(port).send(GET);
    await Promise.race([fourth.until(/503/), fifth.until(/503/)]);
    expect([...statuses(fourth.received), ...statuses(fifth.received)]).toEqual([503]);
    for (const client of [second, third, fourth, fifth]) client.drop();
  });

  it("waits through a restart of the process that answers", async () => {
    served = await serve(await planOf(built.whole, {}, { backoff: { first: 100, limit: 100 } }));
    const crashing = new RawClient(served.port).send("GET /crash HTTP/1.1\r\nHost: h\r\n\r\n");
    await crashing.until(/502/);
    const client = new RawClient(served.port).send(GET);
    expect(await client.until(/GET \/x$/)).toContain("x-life: 2");
    for (const one of [crashing, client]) one.drop();
  });
});

describe("bodies that come slowly", () => {
  it("are held up to 64 MiB together, what is more is 503", async () => {
    const length = 40 * 1_048_576;
    served = await serve(await planOf(built.whole, { bodyBytes: length }));
    const { port } = served;
    const head = `POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`;
    const part = Buffer.alloc(length - 1);
    const [first, second] = [new RawClient(port).send(head), new RawClient(port).send(head)];
    first.socket.write(part);
    second.socket.write(part);
    await Promise.race([first, second].map((client) => client.until(/503 Service Unavailable\n$/)));
    const other = statuses(first.received).length === 0 ? first : second;
    other.socket.write(Buffer.alloc(1));
    expect(statuses(await other.until(/200 OK/))).toEqual([200]);
    for (const client of [first, second]) client.drop();
  });
});

describe("a request that is taken, and never answered", () => {
  it("is 504 also in an endless loop, where the process has slices", async () => {
    const quotas = { fuel: 1_000_000_000_000, slice: 1_000_000 };
    served = await serve(await planOf(built.whole, { answerTime: 200 }, { quotas }));
    const client = new RawClient(served.port).send("GET /loop HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/504 Gateway Timeout\n$/);
    client.send(GET);
    expect(await client.until(/GET \/x$/)).toContain("x-life: 2");
    client.drop();
  });

  it("is 504 also when its body came slowly", async () => {
    served = await serve(await planOf(built.whole, { answerTime: 200 }));
    const client = new RawClient(served.port);
    client.send("POST /never HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
    await sleep(300);
    client.send("b");
    await client.until(/504 Gateway Timeout\n$/);
    client.drop();
  });

  it.each(["/hang", "/stay"])(
    "loses its process also when an answer in parts was begun: %s",
    async (path) => {
      served = await serve(await planOf(built.parts, { answerTime: 200 }));
      const client = new RawClient(served.port).send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
      if (path === "/hang") expect(await client.all()).toMatch(/life 1;\r\n$/);
      const next = new RawClient(served.port).send(GET);
      expect(await next.until(/life 2/)).toContain("200 OK");
      for (const one of [client, next]) one.drop();
    },
  );

  it("is the client's fault while its body comes slowly", async () => {
    served = await serve(await planOf(built.parts, { answerTime: 500 }));
    const client = new RawClient(served.port);
    client.send("POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
    await sleep(1_200);
    client.send("b");
    expect(await client.until(/life 1/)).toContain("200 OK");
    client.drop();
  });
});

describe("an answer whose end is the connection's", () => {
  it("is reset when it is not whole", async () => {
    served = await serve(await planOf(built.parts));
    const client = new RawClient(served.port).send("GET /crash HTTP/1.0\r\n\r\n");
    await client.all();
    expect(client.socket.errored).toMatchObject({ code: "ECONNRESET" });
  });
});

describe("a connection", () => {
  it("without a request takes nothing from others, even 10,000 of them", async (context) => {
    const descriptors = Number(execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }));
    if (descriptors < MANY + 200) context.skip(`a process may open ${descriptors} files here`);
    served = await serve(await planOf(built.whole));
    const said = await visitors(served.port, MANY, GET);
    expect(said).toContain("GET /x");
    expect(await new RawClient(served.port).send(GET).until(/GET \/x$/)).toContain("200 OK");
    expect(served.deaths).toEqual([]);
  });

  it("without a request is closed after its time", async () => {
    served = await serve(await planOf(built.whole, { idleTime: 50, headerTime: 300, requestTime: 400 }));
    const silent = new RawClient(served.port);
    expect(statuses(await silent.all())).toEqual([408]);
    // Node adds a second, so that a client which knows the time does not come too late.
    const idle = new RawClient(served.port).send(GET);
    expect(statuses(await idle.all())).toEqual([200]);
  });

  it("beyond what a listener bears is closed, and others are not", async () => {
    served = await serve(await planOf(built.whole, { connections: 2 }));
    const { port } = served;
    const clients = [new RawClient(port).send(GET), new RawClient(port).send(GET)];
    for (const client of clients) await client.until(/GET \/x$/);
    const third = new RawClient(port).send(GET);
    expect(await third.all()).toBe("");
    clients[0]?.send(GET);
    await clients[0]?.until(/GET \/x[^]*GET \/x$/);
    for (const client of clients) client.drop();
  });
});

describe("the end of a system", () => {
  it("lets those that wait be answered, takes no more connections, and is in order", async () => {
    served = await serve(await planOf(built.whole));
    const { port } = served;
    const idle = new RawClient(port).send(GET);
    await idle.until(/GET \/x$/);
    expect(await served.stop()).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
    await idle.all();
    expect(await new RawClient(port).send(GET).all()).toBe("");
  });

  it("frees the port, and a port that is taken is told", async () => {
    served = await serve(await planOf(built.whole));
    const plan = await planOf(built.whole, {}, { port: served.port });
    await expect(serve(plan)).rejects.toThrow(
      /Cannot open the HTTP listener 127.0.0.1:\d+: the port is taken. End what listens there/,
    );
    await served.stop();
    served = await serve(plan);
  });
});
