/** `--only`: one list of names that filters cases and transports alike. */
import { CASES, type Case } from "./cases.ts";
import { TRANSPORTS, type Transport } from "./transports.ts";

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
 * filtered when a case is named, transports when a transport is.
 */
export function select(only: string | undefined): Selection {
  const wanted = (only ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const matches = (name: string): boolean => wanted.some((pattern) => matchesOne(pattern, name));
  const names = [...CASES, ...TRANSPORTS].map(({ name }) => name);
  for (const pattern of wanted) {
    if (!names.some((name) => matchesOne(pattern, name)))
      throw new UnknownName(
        `--only: expected names of cases or transports, found ${JSON.stringify(pattern)}.\n` +
          `  cases: ${CASES.map((c) => c.name).join(", ")}\n` +
          `  transports: ${TRANSPORTS.map((t) => t.name).join(", ")}`,
      );
  }
  const cases = CASES.filter((c) => matches(c.name));
  const transports = TRANSPORTS.filter((t) => matches(t.name));
  return {
    cases: cases.length > 0 ? cases : CASES,
    transports: transports.length > 0 ? transports : TRANSPORTS,
  };
}

function matchesOne(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
