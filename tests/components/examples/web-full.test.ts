/** The notes of components/examples/web/full: the same service, answered by TypeScript in a JavaScript engine. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start, type Started, workFolder } from "../../cli/atoll.ts";
import { FULL_PACKAGES, missingForFull } from "../../guests/make.ts";
import { freePort } from "../http/free-port.ts";

const EXAMPLE = join(import.meta.dirname, "../../../components/examples/web/full/system.ts");

const ABSENT = missingForFull();
if (ABSENT !== undefined) console.warn(`skipped: the service in the full dialect: ${ABSENT}`);

describe.skipIf(ABSENT !== undefined)("the service in the full dialect", () => {
  const folder = workFolder();
  let url: string;
  let running: Started;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = { ATOLL_FULL_PACKAGES: FULL_PACKAGES };
    running = start(["run", EXAMPLE, "--", `${port}`, folder.path], { cwd: folder.path, env });
    await running.said(url);
  });
  afterAll(async () => {
    running.child.kill("SIGINT");
    await running.ended;
    folder.remove();
  });

  const add = (body: string): Promise<Response> => fetch(`${url}/notes`, { method: "POST", body });

  it("keeps, finds and forgets notes", async () => {
    const made = await add(JSON.stringify({ text: "  Buy milk, and 東京 " }));
    expect([made.status, await made.json()]).toEqual([201, { id: 1, text: "Buy milk, and 東京" }]);
    const form = new URLSearchParams({ text: `"quoted" & <script>` });
    const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const found = await fetch(`${url}/notes?word=${encodeURIComponent("東京")}`);
    expect(await found.json()).toEqual([{ id: 1, text: "Buy milk, and 東京" }]);
    expect((await fetch(`${url}/notes/1`, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(`${url}/notes/1`)).status).toBe(404);
  });

  it("has the page of the lean one", async () => {
    const page = await (await fetch(`${url}/?word=quoted`)).text();
    expect(page).toContain("<title>Notes</title>");
    expect(page).toContain("<li>&quot;quoted&quot; &amp; &lt;script&gt;</li>");
  });

  it.each([
    ["what is no JSON", "text"],
    ["a number", `{"text":1}`],
    ["too much", JSON.stringify({ text: "x".repeat(2001) })],
  ])("keeps no note of %s", async (_, body) => {
    expect((await add(body)).status).toBe(400);
  });
});
