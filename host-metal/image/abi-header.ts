/** The numbers that hosts and the kernel share, for C: kernel/abi.ts is where they stand. */
import * as abi from "../../kernel/abi.ts";

export const ABI_HEADER = "kernel-abi.h";

export function abiHeader(): string {
  const lines = Object.entries(abi).map(([name, value]) => `#define ${name} (${value})`);
  return ["/* Generated of kernel/abi.ts. */", "#pragma once", ...lines.sort(), ""].join("\n");
}
