/** The search example on real and made texts, against an independent BM25. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, start, workFolder } from "../../cli/atoll.ts";
import { rank, sizeOf } from "./bm25.ts";

const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLE = join(ROOT, "components/examples/search");
const folder = workFolder();
const setting = { cwd: folder.path };

const real = ["README.md", "docs/architecture.md", "docs/glossary.md"];
const texts = new Map<string, string>([
  ...real.map((name) => [name, readFileSync(join(ROOT, name), "utf8")] as const),
  ["empty.md", ""],
  ["one.txt", "wasm"],
  ["deep/er/still.markdown", "Wasm wasm WASM memory. Übung macht den Meister; 東京 and don't."],
  ["umlaut.md", "übung ÜBUNG a²b × ÷ 1.5 🙂wasm🙂 line\r\nbreaks\ttabs"],
]);
const queries = [
  "wasm memory",
  "component",
  "übung",
  "a call between two components",
  "東京",
  "nowhere-to-be-found zzz",
  "",
];

beforeAll(async () => {
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder.path, "texts", path)), { recursive: true });
    writeFileSync(join(folder.path, "texts", path), text);
  }
  writeFileSync(join(folder.path, "texts/picture.png"), "wasm wasm wasm");
  symlinkSync("/etc/hostname", join(folder.path, "texts/escape.txt"));
  writeFileSync(join(folder.path, "system.ts"), SYSTEM);
  writeFileSync(join(folder.path, "fused.ts"), FUSED);
  expect(await atoll(["link", "system.ts"], setting)).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

/** The example's own system, its components by absolute path, over the made folder. */
const SYSTEM = systemWith("");
/** The same, but for query, which may wait for a line, in one domain. */
const FUSED = systemWith('...(name !== "query" && { domain: "search" })');

function systemWith(fields: string): string {
  return `
import search from ${JSON.stringify(join(EXAMPLE, "system.ts"))};
const system = search({ arguments: [new URL("./texts", import.meta.url).pathname], terminal: false });
const processes = Object.entries(system.processes).map(([name, process]) => [
  name, { ...process, component: ${JSON.stringify(EXAMPLE)} + "/" + process.component, ${fields} },
]);
export default { ...system, processes: Object.fromEntries(processes) };
`;
}

interface Table {
  readonly processes: readonly { readonly name: string; readonly restarts: number }[];
}

interface Hit {
  readonly path: string;
  readonly score: number;
  readonly start: number;
}

async function called<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await atoll(
    ["call", "--system", "system.ts", "--process", "index", ...args, "--json"],
    setting,
  );
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

describe("the search example", () => {
  it.each(queries)("ranks the texts for %j as the independent implementation does", async (query) => {
    const hits = await called<Hit[]>("search", JSON.stringify(query), "20");
    const expected = rank(texts, query);
    expect(hits.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
    for (const [i, { score }] of hits.entries()) expect(score).toBeCloseTo(expected[i]?.score ?? 0, 9);
  });

  it("points at the first word of the query in the text", async () => {
    for (const { path, start } of await called<Hit[]>("search", '"memory"', "20")) {
      expect(
        texts
          .get(path)
          ?.slice(start, start + 6)
          .toLowerCase(),
      ).toBe("memory");
    }
  });

  it("counts texts, words, postings and characters", async () => {
    const stats = await called<Record<string, number | string>>("build");
    const counted = Object.fromEntries(Object.entries(stats).map(([key, value]) => [key, Number(value)]));
    expect(counted).toEqual(sizeOf(texts));
  });

  it("answers the queries that are typed in, and those of its configuration", async () => {
    const ended = await atoll(["run", "system.ts"], setting);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain(`Index: ${texts.size} texts`);
    expect(ended.stdout).toMatch(/"linear memory"\nquery │ +[\d.]+ {2}docs\/glossary\.md/);
  });

  it("answers the same when all of it is one module", async () => {
    const [apart, fused] = await Promise.all(
      ["system.ts", "fused.ts"].map(async (system) => {
        const { code, stdout, stderr } = await atoll(["run", system], setting);
        expect(code, stderr).toBe(0);
        return stdout.replaceAll(/[\d.,]+ m?s\b/g, "");
      }),
    );
    expect(fused).toContain('"linear memory"');
    expect(fused).toBe(apart);
    const called = [
      "call",
      "--system",
      "fused.ts",
      "--process",
      "index",
      "search",
      '"memory"',
      "1",
      "--json",
    ];
    const { stdout } = await atoll(called, setting);
    expect(JSON.parse(stdout)).toMatchObject([{ path: rank(texts, "memory")[0]?.path }]);
  });

  it("counts every call that crosses", async () => {
    const { stderr } = await atoll(["run", "--meter", "system.ts"], setting);
    const calls = new Map(
      [...stderr.matchAll(/#(\w+) +([\d,]+) /g)].map(([, name, count]) => [name, Number(count)]),
    );
    const searches = 4;
    expect(calls.get("read")).toBe(texts.size);
    expect(calls.get("tokenize")).toBe(texts.size + searches);
    expect(calls.get("search")).toBe(searches);
    expect(calls.get("build")).toBe(1);
  });

  it("answers again when tokenizer and index died of a query, and says who died where", async () => {
    const texts = join(folder.path, "texts");
    const { code, stdout, stderr } = await atoll(
      ["run", join(EXAMPLE, "clumsy-system.ts"), "--", texts],
      setting,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/"source map"\nquery │ +[\d.]+ {2}docs\/architecture\.md/);
    expect(stdout).toMatch(/"capability"\nquery │ +no answer: the index did not survive the question\n/);
    expect(stdout).toMatch(/"linear memory"\nquery │ +[\d.]+ {2}docs\/glossary\.md/);
    expect(stderr).toMatch(
      /search: process tokenizer died \(crashed\): process tokenizer \(component clumsy\) trapped at clumsy\.ts:11:\d+: it gave up: not that word\n/,
    );
    expect(stderr).toMatch(
      /search: process index died \(crashed\): process index trapped at index\.ts:\d+:\d+: it gave up: fault: crashed, in search:tokenizer\/api#tokenize\n/,
    );
  });

  it("answers every question of a client while its index is killed", async () => {
    const texts = join(folder.path, "texts");
    const system = start(["run", join(EXAMPLE, "service-system.ts"), "--", texts, "run.sock", "3"], setting);
    await system.said("Serving");
    expect(await atoll(["kill", "index", "run.sock"], setting)).toMatchObject({ code: 0 });
    const { processes } = JSON.parse((await atoll(["ps", "run.sock", "--json"], setting)).stdout) as Table;
    const restarts = processes.map(({ name, restarts }) => [name, restarts]);
    expect(Object.fromEntries(restarts)).toEqual({ search: 0, corpus: 0, tokenizer: 0, index: 1, asker: 0 });
    const { code, stdout } = await system.ended;
    expect(code).toBe(0);
    const [, questions, answered] = /(\d+) questions: (\d+) answered, 0 without/.exec(stdout) ?? [];
    expect(Number(questions)).toBeGreaterThan(10);
    expect(answered).toBe(questions);
  });

  it("cannot open a file from the tokenizer", async () => {
    const ended = await atoll(["link", join(EXAMPLE, "curious-system.ts"), "-o", "curious.atoll"], setting);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'process "tokenizer" (./curious.ts) imports "atoll:device/directory@0.1.0", and is not granted it',
    );
  });
});

it("looks as the documentation draws it", async () => {
  // The folder of its own texts is the one of the dependencies, wherever the checkout lies.
  const picture = join(folder.path, "search.svg");
  const args = ["inspect", "components/examples/search/system.ts", "--svg", picture];
  expect(await atoll(args, { cwd: ROOT })).toMatchObject({ code: 0 });
  const drawn = "Draw it again, with the command in docs/inspect.md.";
  expect(readFileSync(picture, "utf8"), drawn).toBe(
    readFileSync(join(ROOT, "docs/images/search.svg"), "utf8"),
  );
});
