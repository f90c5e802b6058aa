/**
 * docs/support.md is what the rows of all suites say.
 *
 * `npm run docs:support` writes it anew (ATOLL_BLESS=1).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import type { Row } from "./row.ts";
import { wasiFunctions } from "./support/functions.ts";
import { gaps, type PageInput, supportPage } from "./support/page.ts";

const PAGE = new URL("../../docs/support.md", import.meta.url);
const ROWS = new URL("rows/", import.meta.url);
const WORLDS = new URL("../../wasi-shim/wit/worlds.wit", import.meta.url);

let input: PageInput;
beforeAll(async () => {
  const files = readdirSync(ROWS).sort();
  const suites = await Promise.all(
    files.map((file) => import(new URL(file, ROWS).href) as Promise<{ readonly ROWS: readonly Row[] }>),
  );
  const exported = readFileSync(WORLDS, "utf8").matchAll(/export (wasi:[a-z]+\/[a-z-]+)@/g);
  input = {
    functions: wasiFunctions(),
    rows: suites.flatMap((suite) => suite.ROWS),
    exported: new Set([...exported].flatMap(([, name]) => name ?? [])),
  };
});

it("knows all functions of WASI 0.2.12", () => {
  const ids = input.functions.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(181);
});

it("has a row for each function that the shim exports, and for no other", () => {
  expect(gaps(input)).toEqual([]);
});

it("is up to date", () => {
  const page = supportPage(input);
  if (process.env["ATOLL_BLESS"] === "1") writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, "utf8"), "npm run docs:support writes it anew").toBe(page);
});
