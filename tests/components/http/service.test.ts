/** A service, from outside: its instances come and go, and a crash is one request's alone. */
import { Agent, get } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { THOROUGH } from "../../thorough.ts";
import { atoll, start, type Started } from "../../cli/atoll.ts";
import { Folder } from "../../toolchain/compile/guest.ts";
import { freePort } from "./free-port.ts";

const WEB = `// @wit test:web/app
// @export atoll:http/handler
import { Request, Response, Router, text } from "atoll/http";
import { sleep } from "atoll:kernel/time";
import { arrive, arrived, leave } from "test:gate/api";

let served = 0;
const router = new Router();
router.get("/n/:n", (c) => {
  const n = I32.parseInt(c.param("n"));
  if (n % 10 == 9) throw new Error("every tenth");
  return text(n.toString());
});
router.get("/served", (c) => text((++served).toString()));
// Not before three are here at a time.
router.get("/together", (c) => {
  arrive();
  while (arrived() < 3) sleep(1_000);
  return text(leave().toString());
});
router.get("/slow", (c) => {
  arrive();
  sleep(300_000);
  return text(leave() > 0 ? "slow" : "");
});
router.get("/loop", (c) => {
  while (arrived() >= 0) {}
  return text("");
});
router.get("/arrived", (c) => text(arrived().toString()));

export function handle(request: Request): Response {
  return router.handle(request);
}
`;

/** Who is inside at a time. */
const GATE = `// @wit test:gate/api
let all = 0;
let now = 0;
let most = 0;
export function arrive(): void {
  all++;
  most = max(most, ++now);
}
export function arrived(): i32 { return all; }
export function leave(): i32 {
  now--;
  return most;
}
`;

let folder: Folder;
let port: number;
let running: Started;

beforeAll(async () => {
  port = await freePort();
  folder = await new Folder().write({
    "web.ts": WEB,
    "gate.ts": GATE,
    "system.ts": systemOf("max: 3, idle: 100"),
  });
  running = start(["run", "system.ts"], { cwd: folder.path });
  await running.said(`http-pool │ http://127.0.0.1:${port}`);
});
afterAll(async () => {
  running.child.kill("SIGKILL");
  await running.ended;
  folder[Symbol.dispose]();
});

function systemOf(instances: string): string {
  return `import { defineSystem } from "atoll-os";
export default defineSystem({
  name: "service",
  processes: {
    web: { component: "./web.ts", imports: { "test:gate/api": "gate" } },
    gate: { component: "./gate.ts" },
  },
  http: { port: ${port}, handler: "web", instances: { ${instances} } },
  control: "./control.sock",
});
`;
}

/** Names of the instances that there are. */
async function instances(socket = "control.sock"): Promise<string[]> {
  const { stdout } = await atoll(["tree", socket, "--json"], { cwd: folder.path });
  const tree = JSON.parse(stdout) as { children: { name: string; children: { name: string }[] }[] };
  return tree.children.find(({ name }) => name === "http-workers")?.children.map(({ name }) => name) ?? [];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function ask(path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.text() };
}

it("has no instance while there is nothing to do", async () => {
  expect(await instances()).toEqual([]);
  expect(await ask("/served")).toEqual({ status: 200, body: "1" });
  await until(async () => (await instances()).length === 0);
  // The next one has a memory of its own.
  expect(await ask("/served")).toEqual({ status: 200, body: "1" });
});

it("makes more while those that are there wait, and no more than it may", async () => {
  const all = await Promise.all(Array.from({ length: 9 }, () => ask("/together")));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(all.at(-1)?.body).toBe("3");
});

it("loses of a crash loop the requests that crash, and no other", async () => {
  const all = THOROUGH ? 100_000 : 2000;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const statuses = await Promise.all(Array.from({ length: all }, (_, n) => statusOf(`/n/${n}`, agent)));
  agent.destroy();
  const wrong = statuses.flatMap((status, n) =>
    status === (n % 10 === 9 ? 502 : 200) ? [] : [`${n}: ${status}`],
  );
  expect(wrong).toEqual([]);
}, 300_000);

function statusOf(path: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    }).once("error", (error) => resolve(error.message));
  });
}

it("says whose the port is when it is taken", async () => {
  await folder.write({ "other.ts": systemOf("min: 1").replace("control.sock", "other.sock") });
  const { code, stderr } = await atoll(["run", "other.ts"], { cwd: folder.path });
  expect(code).toBe(1);
  expect(stderr).toContain(`Cannot open the HTTP listener 127.0.0.1:${port}: the port is taken.`);
});

it("keeps as many as it is told to, and makes new ones of those that crash", async () => {
  const other = await freePort();
  const text = systemOf("min: 2, max: 2")
    .replace(`${port}`, `${other}`)
    .replace("handler:", "limits: { answerTime: 2_000 }, handler:");
  await folder.write({ "kept.ts": text.replace("control.sock", "kept.sock") });
  const kept = start(["run", "kept.ts"], { cwd: folder.path });
  await kept.said(`http://127.0.0.1:${other}`);
  await until(async () => (await instances("kept.sock")).length === 2);
  const before = await instances("kept.sock");
  expect((await fetch(`http://127.0.0.1:${other}/n/9`)).status).toBe(502);
  await until(async () => {
    const now = await instances("kept.sock");
    return now.length === 2 && now.join() !== before.join();
  });
  // One that computes for ever holds up nobody.
  const looped = fetch(`http://127.0.0.1:${other}/loop`);
  const answered = fetch(`http://127.0.0.1:${other}/n/1`);
  expect(await Promise.race([looped, answered].map(async (one) => (await one).status))).toBe(200);
  expect((await looped).status).toBe(504);
  kept.child.kill("SIGINT");
  expect((await kept.ended).code).toBe(130);
});

it("answers 503, with pauses between its tries, where the handler traps as it starts", async () => {
  const other = await freePort();
  await folder.write({
    "broken.ts": `// @export atoll:http/handler
import { Request, Response, text } from "atoll/http";
const none: i32[] = [];
const first = none[0];
export function handle(request: Request): Response { return text(first.toString()); }
`,
    "starting.ts": `export default {
  name: "starting",
  processes: { broken: { component: "./broken.ts" } },
  http: { port: ${other}, handler: "broken", instances: { min: 1 }, limits: { queueTime: 200 } },
};
`,
  });
  const starting = start(["run", "starting.ts"], { cwd: folder.path });
  let said = "";
  starting.child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await starting.said(`http://127.0.0.1:${other}`);
  const url = `http://127.0.0.1:${other}/`;
  const before = Date.now();
  for (let i = 0; i < 3; i++) expect((await fetch(url)).status).toBe(503);
  // Of 10, 20, 40, … milliseconds there are few in any time.
  const most = Math.log2((Date.now() - before) / 10 + 1) + 12;
  expect(said.match(/process broken died/g)?.length).toBeLessThan(most + (Date.now() - before) / 2_000);
  starting.child.kill("SIGINT");
  expect((await starting.ended).code).toBe(130);
});

it("answers what it has taken when it is told to end", async () => {
  const before = (await ask("/arrived")).body;
  const slow = ask("/slow");
  await until(async () => (await ask("/arrived")).body !== before);
  running.child.kill("SIGINT");
  expect(await slow).toEqual({ status: 200, body: "slow" });
  await expect(ask("/arrived")).rejects.toThrow("fetch failed");
  expect((await running.ended).code).toBe(130);
});
