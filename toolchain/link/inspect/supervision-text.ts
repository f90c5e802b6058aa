/**
 * The supervision tree as text, and the messages of a system: what `atoll inspect` and `atoll link` print.
 */
import type {
  SupervisionDescription,
  SupervisorDescription,
  WorkerDescription,
} from "../describe-supervision.ts";
import type { FunctionDescription, SystemDescription } from "../describe.ts";
import { branch, count, printable, table, thousands } from "./text.ts";

/** What a function is bound to, and why: of a message, how it is sent. */
export function messageText({ message, reason }: FunctionDescription): string {
  if (message === undefined) return reason;
  const inTime = message.deadline === undefined ? "" : ` within ${duration(message.deadline)}`;
  return `${message.kind} by message${inTime}: ${reason}`;
}

/** All messages of a system, by who sends them: for whoever linked it. */
export function printMessages({ processes }: Pick<SystemDescription, "processes">): string {
  const rows = processes.flatMap(({ name, imports }) =>
    imports.flatMap(({ provider, functions }) =>
      functions
        .filter(({ message }) => message !== undefined)
        .map((f) => [`${name} → ${provider.name}`, f.name, messageText(f)]),
    ),
  );
  if (rows.length === 0) return "no call is a message\n";
  const rest = rows.length - MOST_ROWS;
  const more = rest > 0 ? [`  and ${count(rest, "more function")}: atoll inspect`] : [];
  return `${["messages", ...table(rows.slice(0, MOST_ROWS)), ...more].map(printable).join("\n")}\n`;
}

/** The tree, for whoever linked the system. */
export function printSupervision(root: SupervisorDescription): string {
  const lines = supervisionLines(root);
  const rest = lines.length - MOST_ROWS;
  const more = rest > 0 ? [`  and ${count(rest, "more line")}: atoll inspect`] : [];
  return `${[...lines.slice(0, MOST_ROWS), ...more].map(printable).join("\n")}\n`;
}

/** More are left to `atoll inspect`. */
const MOST_ROWS = 40;

/** Lines without colours. */
export function supervisionLines(root: SupervisorDescription): string[] {
  return ["supervision", ...nodeLines(root).map((line) => `  ${line}`)];
}

function nodeLines(node: SupervisionDescription): string[] {
  if (node.kind === "process") return [workerText(node)];
  const [child] = node.children;
  if (node.strategy === "dynamic") {
    const many = `at most ${thousands(node.most ?? 0)} × ${child === undefined ? "nothing" : workerText(child as WorkerDescription)}`;
    return [supervisorText(node), ...branch([many], true)];
  }
  const last = node.children.length - 1;
  return [supervisorText(node), ...node.children.flatMap((below, i) => branch(nodeLines(below), i === last))];
}

function supervisorText({ name, strategy, intensity, window, ...node }: SupervisorDescription): string {
  const bears = `bears ${count(intensity, "failure")} in ${duration(window)}`;
  return [`${name} (${strategy})`, bears, ...commonText(node)].join(", ");
}

function workerText({ name, with: others = [], priority, ...node }: WorkerDescription): string {
  const { ownStack, byMessage } = node;
  const domain = others.length === 0 ? "" : ` with ${others.join(", ")}`;
  const first = [`${name}${domain}: ${node.restart}`, ...commonText({ ...node, restart: "permanent" })];
  if (priority !== 1) first.push(`priority ${priority}`);
  const stack = ownStack === undefined ? "" : `; own stack: ${ownStack}`;
  return `${first.join(", ")}${stack}${byMessage === undefined ? "" : `; by message: ${byMessage}`}`;
}

function commonText({ restart, backoff }: Pick<SupervisionDescription, "restart" | "backoff">): string[] {
  return [
    ...(restart === "permanent" ? [] : [restart]),
    ...(backoff ? [`restarted after ${duration(backoff.first)} to ${duration(backoff.limit)}`] : []),
  ];
}

/** Such as `5 s` or `0.5 ms`. */
function duration(milliseconds: number): string {
  return milliseconds >= 1000 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
}
