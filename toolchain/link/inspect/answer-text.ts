/** Answers about reachability as text: a sentence, then one line for each way. */
import type { BlastAnswer, blastSets, CallersAnswer, ReachAnswer, Way } from "./reach.ts";
import { bindingText } from "./graph.ts";
import { count, table } from "./text.ts";

/** Lines without colours, ending in a line feed; so are the others. */
export function printCallers({ target, entry, direct, through, unused }: CallersAnswer): string {
  const names = new Set([...direct, ...through].map(({ name }) => name));
  const who = names.size === 0 ? "no process" : count(names.size, "process", "processes");
  const lines = [`${target.kind} ${target.name}: ${who} may call it`];
  if (entry !== undefined) lines.push(`the system starts here: ${entry}`);
  if (direct.length > 0) {
    const rows = direct.map(({ way, interface: id, functions, ...edge }) => [
      arrows(way),
      `${id} (${bindingText(edge)}): ${functions.join(", ")}`,
    ]);
    lines.push("", "directly", ...table(rows));
  }
  if (through.length > 0) lines.push("", "through others", ...through.map(({ way }) => `  ${arrows(way)}`));
  if (unused.length > 0) lines.push("", `imported and never called, so not linked: ${unused.join(", ")}`);
  return `${lines.join("\n")}\n`;
}

export function printReach({ process, processes, devices, functions }: ReachAnswer): string {
  const counts = [
    count(processes.length, "process", "processes"),
    count(devices.length, "device"),
    count(functions.length, "function"),
  ];
  const lines = [`process ${process} reaches ${counts.join(", ")}`];
  for (const [title, rows] of Object.entries({ processes, devices, functions })) {
    if (rows.length > 0) lines.push("", title, ...table(rows.map(({ name, way }) => [name, arrows(way)])));
  }
  return `${lines.join("\n")}\n`;
}

export function printBlast({ process, falls }: BlastAnswer): string {
  if (falls.length === 0) return `when ${process} traps, no other process falls\n`;
  const head = `when ${process} traps, ${count(falls.length, "other process falls", "other processes fall")}`;
  return `${[head, ...table(falls.map(({ name, way }) => [name, arrows(way)]))].join("\n")}\n`;
}

/** More processes, and more names for one, are left to `--blast`. */
const MOST_SETS = 20;
const MOST_NAMES = 8;

/** What `atoll link` says: who falls with whom. */
export function printBlastSets(sets: ReturnType<typeof blastSets>): string {
  if (sets.length === 0) return "no process takes another along when it traps\n";
  const rows = sets.slice(0, MOST_SETS).map(({ process, falls }) => {
    const rest = falls.length - MOST_NAMES;
    return [process, falls.slice(0, MOST_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "")];
  });
  const rest = sets.length - MOST_SETS;
  const more =
    rest > 0 ? [`  and ${count(rest, "more process", "more processes")}: atoll inspect --blast NAME`] : [];
  return `${["when one traps, these fall too", ...table(rows), ...more].join("\n")}\n`;
}

function arrows(way: Way): string {
  return way.join(" → ");
}
