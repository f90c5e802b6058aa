/** `console`, which QuickJS does not have, on the standard streams of WASI. */
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { formatted, inspect } from "./inspect.js";
import { whenCalled } from "./promise.js";
import { encode } from "./text-coding.js";

/** Bytes that one `blocking-write-and-flush` takes. */
const MOST = 4096;

let indent = "";

function writer(get) {
  let output;
  return (...values) => {
    const lines = formatted(values).split("\n");
    const bytes = encode(lines.map((line) => `${indent}${line}\n`).join(""));
    whenCalled(() => {
      output ??= get();
      for (let at = 0; at < bytes.length; at += MOST)
        output.blockingWriteAndFlush(bytes.slice(at, at + MOST));
    });
  };
}

const [out, err] = [writer(getStdout), writer(getStderr)];
const counts = new Map();
const starts = new Map();

function group(...values) {
  if (values.length > 0) out(...values);
  indent += "  ";
}

function lap(label = "default", ...values) {
  const start = starts.get(label);
  if (start === undefined) err(`There is no timer ${label}`);
  else out(`${label}: ${(performance.now() - start).toFixed(3)}ms`, ...values);
}

globalThis.console = {
  log: out,
  info: out,
  debug: out,
  warn: err,
  error: err,
  trace: (...values) => err("Trace:", ...values),
  dir: (value) => out(inspect(value)),
  dirxml: out,
  table: (rows) => out(...(Array.isArray(rows) ? [rows.map((row) => inspect(row)).join("\n")] : [rows])),
  assert: (is, ...values) => {
    if (!is) err("Assertion failed:", ...values);
  },
  group,
  groupCollapsed: group,
  groupEnd: () => (indent = indent.slice(2)),
  count: (label = "default") => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    out(`${label}: ${counts.get(label)}`);
  },
  countReset: (label = "default") => counts.delete(label),
  time: (label = "default") => starts.set(label, performance.now()),
  timeLog: lap,
  timeEnd: (label = "default") => {
    lap(label);
    starts.delete(label);
  },
};
