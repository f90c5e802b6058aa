/** The numbers that hosts and the kernel share, for C: kernel/abi.ts is where they stand. */
import * as abi from "../../kernel/abi.ts";
import { EVENT_NAMES } from "../../kernel/names.ts";
import { cString } from "./c-text.ts";

export const ABI_HEADER = "kernel-abi.h";

export function abiHeader(): string {
  const lines = Object.entries(abi).map(([name, value]) => `#define ${name} (${value})`);
  // Of an array of strings.
  const names = [...EVENT_NAMES].map(([kind, name]) => `[${kind}] = ${cString(name)}`);
  return [
    "/* Generated of kernel/abi.ts. */",
    "#pragma once",
    ...lines.sort(),
    `#define EVENT_NAMES ${names.join(", ")}`,
    "",
  ].join("\n");
}
