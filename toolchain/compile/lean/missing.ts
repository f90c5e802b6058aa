/**
 * The TypeScript that lean does not have, and how to write it today.
 *
 * AssemblyScript says `Expression expected` where an author wrote `?.`. Each
 * rule recognises a construct by AssemblyScript's code, its message and the
 * source at that place. The first rule that matches speaks; order matters only
 * where one construct is written with the signs of another.
 */

import { RESERVED } from "../../bindgen/index.ts";

/** What a rule looks at. */
export interface Found {
  readonly code: number;
  readonly message: string;
  /** The whole source line. */
  readonly line: string;
  /** The source from the start of its line to the reported place. */
  readonly before: string;
  /** The source from the reported place to the end of its line. */
  readonly rest: string;
}

export interface Construct {
  readonly construct: string;
  readonly message: string;
  readonly hint: string;
}

interface Rule extends Construct {
  /** Codes of AssemblyScript's `diagnosticMessages.json`; absent means any. */
  readonly codes?: readonly number[];
  readonly said?: RegExp;
  readonly line?: RegExp;
  readonly before?: RegExp;
  /** Its first group stands for `$1` in the message and the hint. */
  readonly rest?: RegExp;
}

const NOT_IMPLEMENTED = 100;
const CANNOT_FIND_NAME = 2304;
const DYNAMIC = "lean has no values without a static type.";
const AMBIENT = "a component has no ambient authority: nothing reaches outside except what it imports.";
const SYNTAX = [1003, 1005, 1012, 1109, 1110, 1127, 1140, 1351];

/** Also the words that only some places keep: an enum takes no `is`. */
const KEPT: readonly string[] = [...RESERVED, "is", "as", "from", "get", "set", "keyof", "readonly"];
const KEPT_NAME: RegExp = new RegExp(`^(${KEPT.join("|")})\\s*[:=,)(}]`);

const RULES: readonly Rule[] = [
  {
    codes: [1003],
    rest: KEPT_NAME,
    construct: "name",
    message: "lean keeps `$1` for itself: it cannot be a name here.",
    hint: "Write `$1_`; in WIT the name is without the underscore.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /Closures/,
    construct: "closure",
    message: "a function cannot use the variables of the function around it.",
    hint: "Use a `for` loop, pass the value as a parameter,\nor keep it in a module-level variable or in a field of a class that has the function as a method.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /Exceptions/,
    construct: "try/catch",
    message: "lean has no exceptions to catch; `throw` ends the process.",
    hint: 'Return a Result from the function that can fail: import { Result } from "atoll",\n`return Result.err<T, string>("why")`, and test `.isErr` at the caller.',
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /Iterators/,
    construct: "for…of",
    message: "lean has no iterators.",
    hint: "Write `for (let i = 0; i < items.length; i++) { const item = items[i]; … }`;\na Map or Set gives arrays with .keys() and .values().",
  },
  {
    line: /\bfor\s*\(\s*(const|let|var)\s+\w+\s+in\b/,
    codes: [...SYNTAX, 1155],
    construct: "for…in",
    message: "lean objects have no keys to enumerate.",
    hint: "Use a Map<string, T> and `const keys = map.keys()`, then a `for` loop over the array.",
  },
  {
    line: /\b(const|let|var)\s*[[{]/,
    codes: SYNTAX,
    construct: "destructuring",
    message: "lean declares one variable at a time.",
    hint: "Write `const a = pair[0]; const b = pair[1];` or `const x = point.x;`.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /Spread/,
    construct: "spread",
    message: "lean has no spread operator.",
    hint: "Join arrays with `a.concat(b)`, append with `a.push(x)`, and pass arguments one by one.",
  },
  {
    line: /\?\?=|\|\|=|&&=/,
    codes: SYNTAX,
    construct: "logical assignment",
    message: "lean has no `??=`, `||=` and `&&=`.",
    hint: "Write `if (value === null) value = other;`.",
  },
  {
    line: /\?\./,
    codes: SYNTAX,
    construct: "optional chaining",
    message: "lean has no `?.`.",
    hint: "Write `value !== null ? value.member : other`; for a field, copy it into a `const` first.",
  },
  {
    line: /\?\?/,
    codes: SYNTAX,
    construct: "nullish coalescing",
    message: "lean has no `??`.",
    hint: "Write `value !== null ? value : other`.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'(any|unknown|object|never)'/,
    construct: "any",
    message: DYNAMIC,
    hint: "Name the type; where it may be one of several, write an abstract class with a subclass for each case.",
  },
  {
    line: /\basync\b|\bawait\b|\bPromise\b/,
    codes: [...SYNTAX, CANNOT_FIND_NAME],
    construct: "async",
    message: "lean has no promises: a call to another component returns its result directly.",
    hint: "Leave out `async`, `await` and `Promise<…>`: write `function f(): T` and call it.",
  },
  {
    line: /\bfunction\s*\*|\byield\b/,
    codes: [...SYNTAX, CANNOT_FIND_NAME],
    construct: "generator",
    message: "lean has no generators.",
    hint: "Return an array, or write a class with a `next()` method that keeps its position in fields.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /Regular expressions/,
    construct: "regular expression",
    message: "lean has no regular expressions.",
    hint: "Use `indexOf`, `startsWith`, `split` and `charCodeAt` of string.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'JSON'/,
    construct: "JSON",
    message: "lean has no JSON: the types that cross a component's border are checked by WIT.",
    hint: "Pass classes, arrays and Maps directly; nothing has to be serialised to call another component.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'(fetch|require|setTimeout|setInterval|queueMicrotask|XMLHttpRequest|Deno|Bun|Buffer|global|window|document)'/,
    construct: "ambient function",
    message: AMBIENT,
    hint: 'Import what you need, such as `import { writeLine } from "atoll:device/console"`, and grant it in system.ts.',
  },
  {
    line: /(^|[\s.;{(])#\w+/,
    codes: [1127],
    construct: "#private",
    message: "lean has no `#private` members.",
    hint: "Write `private name: T`.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /union types/,
    rest: /^undefined/,
    construct: "undefined",
    message: "lean has no `undefined`.",
    hint: 'Write `T | null` for an object or string, and `Option<T>` from "atoll" for a number or bool.',
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /union types/,
    rest: /^["']/,
    construct: "union of literals",
    message: "lean has no union types; only `T | null`.",
    hint: "Write an enum: `export enum Color { Red, Green }`.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /union types/,
    construct: "union type",
    message: "lean has no union types; only `T | null`.",
    hint: "Write a variant: `export abstract class Shape {}` and a subclass for each case,\n`export class ShapeCircle extends Shape { constructor(public value: f64) { super(); } }`.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'bigint'/,
    construct: "bigint",
    message: "lean has no big integers.",
    hint: "Use `i64` or `u64`.",
  },
  {
    codes: [1351, 1012],
    line: /\b\d+n\b/,
    construct: "bigint literal",
    message: "lean has no big integers.",
    hint: "Leave out the `n`: a literal takes the type that it is assigned to, such as `i64`.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'(Record|Partial|Pick|Omit|Readonly|ReadonlyArray|Required|Exclude|Extract)'/,
    construct: "utility type",
    message: "lean has no types computed from types.",
    hint: "Use Map<K, V> for Record<K, V>, T[] for ReadonlyArray<T>, and write the class that you mean.",
  },
  {
    codes: [1110],
    rest: /^\s*\[/,
    construct: "tuple type",
    message: "lean has no tuple types.",
    hint: 'Use Tuple2<A, B> … Tuple8 from "atoll".',
  },
  {
    codes: [1110],
    before: /[:=<,|(]\s*$/,
    rest: /^\s*\{/,
    construct: "object type",
    message: "lean knows objects by their class.",
    hint: "Write `export class Point { constructor(public x: f64, public y: f64) {} }`.",
  },
  {
    codes: [1110],
    rest: /^\s*(keyof|infer|readonly|typeof|unique)\b/,
    construct: "type operator",
    message: "lean has no types computed from types.",
    hint: "Name the type that you mean.",
  },
  {
    codes: [1110],
    line: /\bfunction\b|=>/,
    construct: "missing type",
    message: "parameters and results need their types: lean infers none.",
    hint: "Write `function f(a: i32): string`, with `: void` if nothing is returned.",
  },
  {
    codes: [1140],
    line: /=>/,
    construct: "untyped arrow function",
    message: "parameters and results need their types: lean infers none here.",
    hint: "Write `(x: i32): i32 => x + 1`, and `map<i32>(…)` where the result is another type.",
  },
  {
    codes: [2322, 2339],
    said: /<object>|'auto'/,
    construct: "object literal",
    message: "an object literal needs a class as its type.",
    hint: "Write `const p: Point = { x: 1, y: 2 }` with `class Point { x: f64 = 0; y: f64 = 0; }`, or `new Point(1, 2)`.",
  },
  {
    line: /^\s*(import|export)\s+type\b/,
    codes: SYNTAX,
    construct: "import type",
    message: "lean has no imports of types alone.",
    hint: "Leave out `type`: `import { Hit } from …`.",
  },
  {
    line: /^\s*\w+\s*:\s*(for|while|do)\b|\b(break|continue)\s+\w+/,
    codes: SYNTAX,
    construct: "label",
    message: "lean has no labels.",
    hint: "Put the loops into a function and `return`, or keep a bool that ends the outer loop.",
  },
  {
    codes: [CANNOT_FIND_NAME],
    said: /'(delete|using|debugger|with)'/,
    construct: "statement",
    message: "lean does not have this statement.",
    hint: "Objects are freed when nothing refers to them; remove a key with `map.delete(key)`.",
  },
  {
    line: /\bsatisfies\b/,
    codes: SYNTAX,
    construct: "satisfies",
    message: "lean has no `satisfies`.",
    hint: "Declare the variable with its type.",
  },
  {
    line: /\bimport\s*(\(|\.meta)/,
    codes: SYNTAX,
    construct: "dynamic import",
    message: "all modules of a component are known when it is built.",
    hint: "Write `import { f } from …` at the top of the file.",
  },
  {
    codes: [NOT_IMPLEMENTED],
    said: /'in' operator/,
    construct: "in operator",
    message: "lean objects have no keys to test.",
    hint: "Use `map.has(key)`.",
  },
  {
    codes: [215],
    construct: "optional parameter",
    message: "an optional parameter needs a default.",
    hint: "Write `b: i32 = 0`; in an exported function take `T | null` or `Option<T>` instead.",
  },
  {
    codes: [1005],
    said: /'key' expected/,
    construct: "index signature",
    message: "lean objects have the fields of their class.",
    hint: "Use a Map<string, T>.",
  },
  {
    said: /Index signature is missing/,
    construct: "index",
    message: "lean objects have the fields of their class.",
    hint: "Use a Map<string, T>: `map.get(key)`, `map.set(key, value)`.",
  },
  {
    codes: [2391],
    rest: /^\s*is\b/,
    construct: "type predicate",
    message: "lean narrows types by `instanceof` and `!== null` only.",
    hint: "Return `bool`, and write the test where the value is used.",
  },
  {
    codes: [1012],
    line: /\bvoid\s+[\w(]/,
    construct: "void operator",
    message: "lean has no `void` operator and no `undefined`.",
    hint: "Write `return;`.",
  },
  {
    codes: [2391],
    construct: "overload",
    message: "a function has one signature and one body.",
    hint: "Write one function for each signature, with names of their own.",
  },
  {
    codes: [2322],
    line: /\benum\b|^\s*\w+\s*=\s*["']/,
    said: /String' is not assignable to type 'i32'/,
    construct: "enum of strings",
    message: "the members of an enum are numbers.",
    hint: "Leave out the values: `enum Color { Red, Green }`; over WIT they keep their names.",
  },
];

/** Whether a text begins with a word that cannot be a name. */
export function beginsWithKeptWord(text: string): boolean {
  return KEPT_NAME.test(text);
}

/** The construct that an error of AssemblyScript stands for, if it is one that lean lacks. */
export function missingConstruct(found: Found): Construct | undefined {
  const rule = RULES.find(
    (one) =>
      (one.codes?.includes(found.code) ?? true) &&
      (one.said?.test(found.message) ?? true) &&
      (one.line?.test(found.line) ?? true) &&
      (one.before?.test(found.before) ?? true) &&
      (one.rest?.test(found.rest) ?? true),
  );
  if (rule === undefined) return undefined;
  const word = rule.rest?.exec(found.rest)?.[1] ?? "";
  const fill = (text: string): string => text.replaceAll("$1", word);
  return { construct: rule.construct, message: fill(rule.message), hint: fill(rule.hint) };
}
