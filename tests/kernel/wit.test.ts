/** The kernel's WIT names the reasons and states that `kernel/abi.ts` numbers. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as abi from "../../kernel/abi.ts";

const WIT = readFileSync(new URL("../../wit/kernel.wit", import.meta.url), "utf8");

/** Cases of an enum, in order. */
function casesOf(name: string): string[] {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(WIT)?.[1] ?? "";
  return [...body.matchAll(/^\s+%?([a-z-]+),$/gm)].map(([, word]) => word ?? "");
}

/** Names of numbers, the smallest first. */
function numbered(prefix: string, leftOut: readonly string[]): string[] {
  return Object.entries(abi)
    .filter(([name]) => name.startsWith(prefix) && !leftOut.includes(name))
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name.slice(prefix.length).toLowerCase().replaceAll("_", "-"));
}

test("enums have the kernel's names, in its order", () => {
  expect(casesOf("reason")).toEqual(numbered("REASON_", ["REASON_LAST", "REASON_LAST_ORDERLY"]));
  expect(casesOf("authority")).toEqual(numbered("HANDLE_", []));
  expect(casesOf("state")).toEqual(numbered("STATE_", ["STATE_EMPTY"]));
});

test("each function says what it costs", () => {
  const functions = [...WIT.matchAll(/((?: *\/\/\/.*\n)*) *([\w-]+): func/g)];
  expect(functions.length).toBeGreaterThan(10);
  const silent = functions.filter(([, doc = ""]) => !/[Cc]ost/.test(doc)).map(([, , name]) => name);
  expect(silent).toEqual([]);
});
