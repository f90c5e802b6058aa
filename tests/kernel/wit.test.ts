/** `wit/kernel/kernel.wit` names the errors, reasons and states that `kernel/abi.ts` numbers. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { worldOfWit } from "../toolchain/abi/embed.ts";

const WIT = readFileSync(new URL("../../wit/kernel/kernel.wit", import.meta.url), "utf8");

/** Cases of an enum, in order. */
function casesOf(name: string): string[] {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(WIT)?.[1] ?? "";
  return [...body.matchAll(/^\s+([a-z-]+),$/gm)].map(([, word]) => word ?? "");
}

/** Names of numbers, by their sizes: smallest or, for errors, nearest to 0 first. */
function numbered(prefix: string, leftOut: readonly string[]): string[] {
  return Object.entries(abi)
    .filter(([name]) => name.startsWith(prefix) && !leftOut.includes(name))
    .sort(([, a], [, b]) => Math.abs(a) - Math.abs(b))
    .map(([name]) => name.slice(prefix.length).toLowerCase().replaceAll("_", "-"));
}

test("it is valid, with an interface for each part of the kernel", async () => {
  const names = [...WIT.matchAll(/^interface ([\w-]+)/gm)].map(([, name]) => name ?? "");
  const world = await worldOfWit(`${WIT}\nworld all { ${names.map((name) => `import ${name};`).join(" ")} }`);
  expect(world.imports.map((item) => item.name)).toEqual(names.map((name) => `atoll:kernel/${name}@0.1.0`));
  for (const part of ["process", "supervisor", "mailbox", "time", "capability", "introspect"]) {
    expect(names).toContain(part);
  }
});

test("enums have the kernel's names, in its order", () => {
  // Not for guests: a host drains the ring, and templates come from the plan.
  const hosts = ["STATUS_OK", "STATUS_DRAIN", "STATUS_CONFIGURATION"];
  expect(casesOf("error")).toEqual(numbered("STATUS_", hosts));
  expect(casesOf("reason")).toEqual(numbered("REASON_", ["REASON_LAST", "REASON_LAST_ORDERLY"]));
  expect(casesOf("state")).toEqual(numbered("STATE_", ["STATE_EMPTY"]));
});

test("each function says what it costs", () => {
  const functions = [...WIT.matchAll(/((?: *\/\/\/.*\n)*) *([\w-]+): func/g)];
  expect(functions.length).toBeGreaterThan(15);
  const silent = functions.filter(([, doc = ""]) => !/[Cc]ost/.test(doc)).map(([, , name]) => name);
  expect(silent).toEqual([]);
});
