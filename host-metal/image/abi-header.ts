/** The numbers that hosts, the kernel and the linker share, for C: kernel/abi.ts and plan-errors.ts are where they stand. */
import * as abi from "../../kernel/abi.ts";
import { COMMAND_NAMES, EVENT_NAMES, STATUS_NAMES } from "../../kernel/names.ts";
import { FILE_ERRORS } from "../../toolchain/link/plan.ts";
import { cString } from "./c-text.ts";

export const ABI_HEADER = "kernel-abi.h";

export function abiHeader(): string {
  const lines = Object.entries(abi).map(([name, value]) => `#define ${name} (${value})`);
  return [
    "/* Generated of kernel/abi.ts and toolchain/link/plan-errors.ts. */",
    "#pragma once",
    ...lines.sort(),
    `#define EVENT_NAMES ${strings(EVENT_NAMES)}`,
    `#define COMMAND_NAMES ${strings(COMMAND_NAMES)}`,
    // By what they are below zero.
    `#define STATUS_NAMES ${strings(STATUS_NAMES, -1)}`,
    // Each is its position in the interface's enum plus one.
    `#define FILES_ERROR_NAMES ${["ok", ...FILE_ERRORS].map(cString).join(", ")}`,
    `enum files_error { ${["ok", ...FILE_ERRORS].map(filesError).join(", ")} };`,
    "",
  ].join("\n");
}

function filesError(name: string): string {
  return `FILES_${name.replaceAll("-", "_").toUpperCase()}`;
}

/** Of an array of strings. */
function strings(names: ReadonlyMap<number, string>, sign: 1 | -1 = 1): string {
  const known = [...names].filter(([number]) => sign * number >= 0);
  return known.map(([number, name]) => `[${Math.abs(number)}] = ${cString(name)}`).join(", ");
}
