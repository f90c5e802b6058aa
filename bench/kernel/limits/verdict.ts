/** What a check found, beside what it should be. */
import { machine } from "../../harness/machine.ts";

export interface Finding {
  readonly what: string;
  readonly found: number;
  /** Such as `bytes` or `µs`. */
  readonly unit: string;
  /** At most; absent for what is only told. */
  readonly limit?: number;
}

/** Prints them, and where they were found. The exit code stays 0: a machine may be busy. */
export function report(title: string, findings: readonly Finding[], json: boolean): void {
  if (json) {
    const judged = findings.map((finding) =>
      finding.limit === undefined ? finding : { ...finding, reached: finding.found <= finding.limit },
    );
    process.stdout.write(
      `${JSON.stringify({ machine: machine(), node: process.versions.node, findings: judged }, undefined, 2)}\n`,
    );
    return;
  }
  const { cpu, cores, kernel } = machine();
  const lines = findings.map(({ what, found, unit, limit }) => {
    const text = `${what}: ${number(found)} ${unit}`.trimEnd();
    if (limit === undefined) return `         ${text}`;
    return `${found <= limit ? "reached" : "MISSED "}  ${text} (at most ${number(limit)})`;
  });
  process.stdout.write(
    `${title}\n${cpu}, ${cores} cores, ${kernel}; Node ${process.versions.node}\n${lines.join("\n")}\n`,
  );
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
