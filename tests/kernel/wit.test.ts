/** The kernel's WIT names the errors, reasons and states that `kernel/abi.ts` numbers. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { worldOfWit } from "../toolchain/abi/embed.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../wit/${path}.wit`, import.meta.url), "utf8");
const CAPABILITY = read("kernel/capability");
const WIT = read("kernel") + CAPABILITY;

/** Cases of an enum, in order. */
function casesOf(name: string): string[] {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(WIT)?.[1] ?? "";
  return [...body.matchAll(/^\s+%?([a-z-]+),$/gm)].map(([, word]) => word ?? "");
}

/** Names of numbers, by their sizes: smallest or, for errors, nearest to 0 first. */
function numbered(prefix: string, leftOut: readonly string[]): string[] {
  return Object.entries(abi)
    .filter(([name]) => name.startsWith(prefix) && !leftOut.includes(name))
    .sort(([, a], [, b]) => Math.abs(a) - Math.abs(b))
    .map(([name]) => name.slice(prefix.length).toLowerCase().replaceAll("_", "-"));
}

test("what no host wires is valid, and lies where the compiler does not look", async () => {
  const world = await worldOfWit(`${CAPABILITY}\nworld all { import capability; }`);
  expect(world.imports.map((item) => item.name)).toEqual(["atoll:kernel-capability/capability@0.1.0"]);
});

test("enums have the kernel's names, in its order", () => {
  // Not for guests: a host drains the ring, and templates come from the plan.
  const hosts = ["STATUS_OK", "STATUS_DRAIN", "STATUS_CONFIGURATION"];
  expect(casesOf("error")).toEqual(numbered("STATUS_", hosts));
  expect(casesOf("reason")).toEqual(numbered("REASON_", ["REASON_LAST", "REASON_LAST_ORDERLY"]));
  expect(casesOf("authority")).toEqual(numbered("HANDLE_", []));
  expect(casesOf("state")).toEqual(numbered("STATE_", ["STATE_EMPTY"]));
});

test("each function says what it costs", () => {
  const functions = [...WIT.matchAll(/((?: *\/\/\/.*\n)*) *([\w-]+): func/g)];
  expect(functions.length).toBeGreaterThan(12);
  const silent = functions.filter(([, doc = ""]) => !/[Cc]ost/.test(doc)).map(([, , name]) => name);
  expect(silent).toEqual([]);
});
