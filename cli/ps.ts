/** `atoll ps`: the processes of a running system, as a table. */
import { Command } from "commander";
import type { ProcessRecord, SystemRecords } from "../host-linux/index.ts";
import { ControlClient } from "./control-client.ts";
import { bold, print, printJson } from "./report.ts";

interface Options {
  readonly json?: boolean;
  readonly folder?: string;
}

const EXAMPLES = `
The system has to grant it: control: "./run.sock" in system.ts.
MAIL is what waits in its mailbox, RECORDS its alarms, monitors and links, CPU the fuel it used.
What each may have at most is in the JSON, as quotas.

Examples:
  atoll ps                       the system of ./system.ts
  atoll ps chat/system.ts
  atoll ps chat/run.sock --json`;

export function psCommand(): Command {
  return new Command("ps")
    .description("List the processes of a running system.")
    .argument("[SYSTEM]", "a system (.ts or .atoll), or its control socket", "system.ts")
    .option("--folder <DIR>", "where a linked system's relative paths start (default: here)")
    .option("--json", "print as JSON")
    .addHelpText("after", EXAMPLES)
    .action(ps);
}

async function ps(system: string, options: Options): Promise<void> {
  const client = await ControlClient.open(system, options.folder);
  try {
    const records = await client.ask("processes");
    if (options.json === true) return printJson(records);
    const [head = "", ...rest] = psText(records).split("\n");
    print([bold(head), ...rest].join("\n"));
  } finally {
    client.close();
  }
}

type Column = readonly [head: string, side: "left" | "right", cell: (process: ProcessRecord) => string];

const COLUMNS: readonly Column[] = [
  ["PID", "right", ({ pid }) => String(pid)],
  ["NAME", "left", ({ name }) => name],
  ["STATE", "left", ({ state }) => state],
  ["RESTARTS", "right", ({ restarts }) => count(restarts)],
  ["MAIL", "right", ({ mail }) => count(mail)],
  ["HANDLES", "right", ({ handles }) => count(handles)],
  ["RECORDS", "right", ({ records }) => count(records)],
  ["CPU", "right", ({ cpu }) => count(cpu)],
  ["LAST END", "left", ({ lastEnd }) => lastEnd ?? ""],
  ["WAITS FOR", "left", ({ waitsFor }) => waitsFor ?? ""],
];

/** A head, a line for each process, and the sum. */
export function psText({ processes, messages, handles, timers, cpu, time }: SystemRecords): string {
  const rows = [
    COLUMNS.map(([head]) => head),
    ...processes.map((one) => COLUMNS.map(([, , cell]) => cell(one))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) =>
        COLUMNS[i]?.[1] === "right" ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const sum = [
    counted(processes.length, "process", "processes"),
    counted(messages, "message"),
    counted(handles, "handle"),
    counted(timers, "timer"),
    `${count(cpu)} fuel`,
    `${(time / 1e6).toFixed(1)} s since the start`,
  ];
  return [...lines, "", sum.join(", ")].join("\n");
}

function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
