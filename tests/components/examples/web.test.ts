/** The notes of components/examples/web: over HTTP, over a restart, and in a browser. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start, type Started, workFolder } from "../../cli/atoll.ts";
import { freePort } from "../http/free-port.ts";
import { NO_BROWSER, openBrowser, type Page } from "./browser.ts";

const EXAMPLE = join(import.meta.dirname, "../../../components/examples/web/system.ts");
const folder = workFolder();
const file = join(folder.path, "notes.jsonl");

let url: string;
let running: Started;

beforeAll(begin);
afterAll(async () => {
  await end();
  folder.remove();
});

async function begin(): Promise<void> {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  running = start(["run", EXAMPLE, "--", `${port}`, folder.path], { cwd: folder.path });
  await running.said(url);
}

async function end(): Promise<void> {
  running.child.kill("SIGINT");
  await running.ended;
}

interface Note {
  readonly id: number;
  readonly text: string;
}

function add(text: unknown): Promise<Response> {
  return fetch(`${url}/notes`, { method: "POST", body: JSON.stringify({ text }) });
}

async function find(word: string): Promise<Note[]> {
  return (await (await fetch(`${url}/notes?word=${encodeURIComponent(word)}`)).json()) as Note[];
}

it("keeps, finds and forgets notes", async () => {
  const made = await add("  Buy milk, and 東京 ");
  expect([made.status, await made.json()]).toEqual([201, { id: 1, text: "Buy milk, and 東京" }]);
  await add("write <b>a letter</b>");
  expect(await find("")).toEqual([
    { id: 2, text: "write <b>a letter</b>" },
    { id: 1, text: "Buy milk, and 東京" },
  ]);
  expect(await find("MILK")).toHaveLength(1);
  expect(await find("東京")).toHaveLength(1);
  expect(await find("bread")).toEqual([]);
  expect(await (await fetch(`${url}/notes/2`)).json()).toEqual({ id: 2, text: "write <b>a letter</b>" });
  expect((await fetch(`${url}/notes/1`, { method: "DELETE" })).status).toBe(204);
  expect((await fetch(`${url}/notes/1`, { method: "DELETE" })).status).toBe(404);
  expect((await fetch(`${url}/notes/1`)).status).toBe(404);
});

it.each([
  ["no text", undefined],
  ["a number", 1],
  ["spaces", "  "],
  ["too much", "x".repeat(2001)],
])("keeps no note of %s", async (_, text) => {
  const before = readFileSync(file, "utf8");
  expect((await add(text)).status).toBe(400);
  expect(readFileSync(file, "utf8")).toBe(before);
});

it("has a page, on which what people write is text", async () => {
  const form = new URLSearchParams({ text: `"quoted" & <script>` });
  const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  const page = await (await fetch(`${url}/?word=quoted`)).text();
  expect(page).toContain("<li>&quot;quoted&quot; &amp; &lt;script&gt;</li>");
  expect(page).not.toContain("a letter");
});

it("has all notes again when it is started anew, but for one that was half written", async () => {
  const all = await find("");
  await end();
  appendFileSync(file, `{"id":77,"text":"half`);
  await begin();
  expect(await find("")).toEqual(all);
  expect(((await (await add("another")).json()) as Note).id).toBe(4);
  expect(
    readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Note)
      .at(-1),
  ).toEqual({
    id: 4,
    text: "another",
  });
});

if (NO_BROWSER !== undefined) console.warn(`skipped: the page in a browser: ${NO_BROWSER}`);
describe.skipIf(NO_BROWSER !== undefined)("in a browser", () => {
  let page: Page;
  beforeAll(async () => {
    page = await openBrowser();
  });
  afterAll(() => page.close());

  /** Texts of the notes on the page, once there are as many. */
  const notes = (count: number): Promise<unknown> =>
    page.evaluate(`new Promise((resolve) => {
      const look = () => {
        const items = [...document.querySelectorAll("#notes li")].map((item) => item.textContent);
        if (items.length === ${count}) resolve(items); else setTimeout(look, 20);
      };
      look();
    })`);

  it("shows notes, takes one, and finds while one types", async () => {
    await page.open(url);
    expect(await page.evaluate("document.title")).toBe("Notes");
    expect(await notes(3)).toContain(`"quoted" & <script>`);
    await page.evaluate(`document.querySelector("[name=text]").value = "from a <i>browser</i>";
      document.querySelector("form").requestSubmit();`);
    expect(await notes(4)).toContain("from a <i>browser</i>");
    await page.evaluate(`const word = document.querySelector("[name=word]");
      word.value = "BROWS"; word.dispatchEvent(new Event("input"));`);
    expect(await notes(1)).toEqual(["from a <i>browser</i>"]);
    expect(existsSync(file)).toBe(true);
  });
});
