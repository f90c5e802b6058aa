/**
 * What is wrong with a value of a `system.ts`, in words: where, what is allowed there, what was found.
 */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What only who knows the fields can say. */
export interface FieldTexts {
  /** The names of the fields that an object at this place can have. */
  readonly allowed: (path: readonly PropertyKey[], found: unknown) => string;
  /** A message of its own for a value that is found at this place. */
  readonly special: (path: readonly PropertyKey[], found: unknown) => string | undefined;
}

/** A line for each issue. */
export function problemLines(issues: readonly Issue[], texts: FieldTexts): string[] {
  return issues.flatMap(innermost).map((issue) => `${place(issue.path)}: ${problem(issue, texts)}`);
}

/** Of a value that may be of several kinds, the issues with the kind that it is most like. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || !isObject(issue.input)) return [issue];
  const ways = issue.errors.filter((inner) => !inner.some(({ path }) => path.length === 0 && isKind(inner)));
  const [best] = [...ways].sort((a, b) => missed(a) - missed(b));
  if (best === undefined || best.length === 0) return [issue];
  return best.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isKind(issues: readonly Issue[]): boolean {
  return issues.some(({ code, path }) => code === "invalid_type" && path.length === 0);
}

/** How far from an alternative: fields that it does not know count each. */
function missed(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function place(path: readonly PropertyKey[]): string {
  const [first, second, ...rest] = path.map(String);
  if (first === undefined) return "default export";
  if (first === "processes" && second !== undefined) {
    return rest.length === 0 ? `process "${second}"` : `process "${second}", ${rest.join(".")}`;
  }
  return path.map(String).join(".");
}

function problem(issue: Issue, { allowed, special }: FieldTexts): string {
  if (issue.code === "unrecognized_keys") {
    return `no such field: ${issue.keys.join(", ")}; allowed: ${allowed(issue.path, issue.input)}`;
  }
  const found = issue.input === undefined ? "nothing" : show(issue.input);
  const own = special(issue.path, issue.input);
  if (own !== undefined) return own;
  if (issue.code === "invalid_type")
    return `expected ${KINDS[issue.expected] ?? issue.expected}, found ${found}`;
  if (issue.code === "too_small" || issue.code === "too_big") {
    const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    if (typeof issue.input === "number") return `expected ${bound}, found ${found}`;
  }
  if (issue.code === "invalid_value")
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}, found ${found}`;
  return `${issue.message}, found ${found}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  object: "an object",
  record: "an object",
  array: "a list",
  int: "a whole number",
  number: "a number",
};

export function show(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  const text = typeof value === "bigint" ? `${value}n` : (json(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Not all that a program can write is JSON: an object that holds itself, a bigint. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? "a list" : "an object";
  }
}
