/**
 * The supervision tree of a running system, drawn as text.
 *
 *     chat             one_for_one  up
 *     ├─ front                      waiting  for store
 *     ├─ store                      idle     2 restarts, last end: crashed
 *     └─ rooms         dynamic      up       3 children
 *        ├─ room#6                  idle
 *        ├─ room#7                  idle
 *        └─ …                                1 more: 1 idle
 */
import type { ProcessRecord, SystemRecords } from "./records.ts";

export interface TreeOptions {
  /** Children of one dynamic supervisor that are drawn, before the rest is summed up; 20 unless told. */
  readonly most?: number;
}

interface Line {
  readonly name: string;
  readonly strategy: string;
  readonly state: string;
  readonly notes: string;
}

const MOST = 20;

/** Lines without a line end at the last. */
export function treeText(records: SystemRecords, { most = MOST }: TreeOptions = {}): string {
  const tree = new Tree(records.processes, most);
  const lines = records.processes.filter(({ parent }) => parent === undefined).flatMap((p) => tree.lines(p));
  const width = (of: (line: Line) => string): number => Math.max(0, ...lines.map((line) => of(line).length));
  const name = width((line) => line.name);
  const strategy = width((line) => line.strategy);
  const state = width((line) => line.state);
  return lines
    .map((line) => [
      line.name.padEnd(name),
      line.strategy.padEnd(strategy),
      line.state.padEnd(state),
      line.notes,
    ])
    .map((cells) =>
      cells
        .filter((_, i) => i !== 1 || strategy > 0)
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

class Tree {
  readonly #most: number;
  readonly #children = new Map<number, ProcessRecord[]>();

  constructor(processes: readonly ProcessRecord[], most: number) {
    this.#most = most;
    for (const process of processes) {
      if (process.parent === undefined) continue;
      const siblings = this.#children.get(process.parent) ?? [];
      siblings.push(process);
      this.#children.set(process.parent, siblings);
    }
  }

  /** Of a process and all below it; `before` is drawn before those below. */
  lines(process: ProcessRecord, own = "", before = ""): Line[] {
    const children = this.#children.get(process.pid) ?? [];
    const drawn = process.strategy === "dynamic" ? children.slice(0, this.#most) : children;
    const left = children.slice(drawn.length);
    const below = drawn.flatMap((child, i) => {
      const last = i === drawn.length - 1 && left.length === 0;
      return this.lines(child, `${before}${last ? "└─ " : "├─ "}`, `${before}${last ? "   " : "│  "}`);
    });
    const head = {
      name: `${own}${process.name}`,
      strategy: process.strategy ?? "",
      state: process.state,
      notes: notesOf(process, children.length).join(", "),
    };
    return [head, ...below, ...(left.length > 0 ? [summary(left, before)] : [])];
  }
}

function notesOf(process: ProcessRecord, children: number): string[] {
  const { strategy, waitsFor, restarts, lastEnd } = process;
  return [
    ...(strategy === "dynamic" ? [counted(children, "child", "children")] : []),
    ...(waitsFor === undefined ? [] : [`for ${waitsFor}`]),
    ...(restarts > 0 ? [counted(restarts, "restart", "restarts")] : []),
    ...(lastEnd === undefined ? [] : [`last end: ${lastEnd}`]),
  ];
}

/** What there are too many of to be drawn, by state. */
function summary(left: readonly ProcessRecord[], before: string): Line {
  const states = Map.groupBy(left, ({ state }) => state);
  const parts = [...states].map(([state, { length }]) => `${length.toLocaleString("en")} ${state}`);
  return {
    name: `${before}└─ …`,
    strategy: "",
    state: "",
    notes: `${left.length.toLocaleString("en")} more: ${parts.join(", ")}`,
  };
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
