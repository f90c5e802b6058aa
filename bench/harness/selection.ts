/** `--only`: one list of names that filters cases and transports alike. */
import type { Benchmark, Case, Transport } from "./benchmark.ts";

export interface Selection {
  readonly cases: readonly Case[];
  readonly transports: readonly Transport[];
}

/** A name that nothing has. */
export class UnknownName extends Error {
  override readonly name = "UnknownName";
}

/**
 * Names separated by commas; `jco*` means every name that begins so. Cases are
 * filtered when a case is named, transports when a transport is. `groups`: those asked for.
 */
export function select(
  benchmark: Benchmark,
  only: string | undefined,
  groups: readonly string[] = [],
): Selection {
  const wanted = (only ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const matches = (name: string): boolean => wanted.some((pattern) => matchesOne(pattern, name));
  const names = [...benchmark.cases, ...benchmark.transports].map(({ name }) => name);
  for (const pattern of wanted) {
    if (!names.some((name) => matchesOne(pattern, name)))
      throw new UnknownName(
        `--only: expected names of cases or transports, found ${JSON.stringify(pattern)}.\n` +
          `  cases: ${benchmark.cases.map((c) => c.name).join(", ")}\n` +
          `  transports: ${benchmark.transports.map((t) => t.name).join(", ")}`,
      );
  }
  const cases = benchmark.cases.filter((c) => matches(c.name));
  const named = benchmark.transports.some((t) => matches(t.name));
  const transports = benchmark.transports.filter(
    ({ name, group }) => matches(name) || (group === undefined ? !named : groups.includes(group)),
  );
  return { cases: cases.length > 0 ? cases : benchmark.cases, transports };
}

function matchesOne(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
