/** A JavaScript handler built on Hono serves requests: any TypeScript, its npm packages, wasi:http. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start, type Started } from "../../cli/atoll.ts";
import { FULL_PACKAGES, missingForFull } from "../../guests/make.ts";
import { THOROUGH } from "../../thorough.ts";

const FOLDER = join(import.meta.dirname, "../../guests/hono");

function missing(): string | undefined {
  if (!THOROUGH) return "its engine takes a minute to build: npm run test:slow";
  const hono = existsSync(join(FOLDER, "../node_modules/hono/package.json"));
  return hono ? missingForFull("starlingmonkey") : "hono is not installed: node scripts/setup.mjs --tests";
}

const ABSENT = missing();
if (ABSENT !== undefined) console.warn(`skipped: a handler built on Hono: ${ABSENT}`);

describe.skipIf(ABSENT !== undefined)("a handler built on Hono", () => {
  let url: string;
  let running: Started;

  beforeAll(async () => {
    const env = { ATOLL_FULL_PACKAGES: FULL_PACKAGES };
    running = start(["run", join(FOLDER, "system.ts")], { cwd: FOLDER, env });
    url = await served(running);
  }, 300_000);
  afterAll(async () => {
    running.child.kill("SIGINT");
    await running.ended;
  });

  it("answers by its routes", async () => {
    expect(await (await fetch(url)).text()).toBe("hello");
    const greeting = await fetch(`${url}/greet/Ada?lang=en`);
    expect(greeting.headers.get("content-type")).toBe("application/json");
    expect(await greeting.json()).toEqual({ hello: "Ada", query: "en" });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  // The adapter of jco-std 0.5.0 writes all of a body before its head goes out.
  it("reads bodies and sets headers", async () => {
    const text = `${"x".repeat(1_000_000)} é`;
    const answer = await fetch(`${url}/echo`, { method: "POST", body: text });
    expect([answer.status, answer.headers.get("x-length")]).toEqual([201, String(text.length)]);
    expect(await answer.text()).toBe(text.toUpperCase());
  });

  it("answers without a body", async () => {
    const head = await fetch(`${url}/greet/Ada`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await fetch(`${url}/note`, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(`${url}/old`, { redirect: "manual" })).headers.get("location")).toBe("/");
  });

  it("answers errors itself", async () => {
    const secret = await fetch(`${url}/secret`);
    expect([secret.status, await secret.text()]).toEqual([403, "not for you"]);
    expect((await fetch(`${url}/boom`)).status).toBe(500);
  });

  it("goes on, whoever asks for more than it can take", async () => {
    const most = await Promise.all(Array.from({ length: 200 }, async () => (await fetch(url)).text()));
    expect(most.every((text) => text === "hello")).toBe(true);
  });
});

/** Where the pool says that it serves. */
async function served({ child, said }: Started): Promise<string> {
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await said("http://");
  return /http:\/\/\S+/.exec(printed)?.[0] ?? "";
}
