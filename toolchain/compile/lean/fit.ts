/**
 * The exports that WIT asks for, found in a program: each by its name in
 * camelCase, with a type that is the same by structure.
 */
import type { DeclaredElement, FunctionPrototype } from "assemblyscript";
import { printFunction } from "../../abi/index.ts";
import { type AsFunction, type AsInterface, camelName } from "../../bindgen/index.ts";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import type { Analysed } from "./analyse.ts";
import type { App } from "./app.ts";
import { exportsOf, readFunction } from "./infer.ts";
import { placeOf } from "./place.ts";
import { ResourceFit } from "./given-resource.ts";
import { mismatchOf, sourceOf, whyLonger, withLengths } from "./signature.ts";
import { ElementKind } from "./syntax.ts";

/** Exports with the types that the program gives them; `left`: names of exported functions that are none of them. */
export function fit(
  app: App,
  { reader, file }: Analysed,
  wanted: readonly AsInterface[],
): { readonly exports: readonly AsInterface[]; readonly left: readonly string[] } {
  const found = exportsOf(file);
  const problems: Diagnostic[] = [...ambiguities(app, wanted)];
  const check = (
    item: AsInterface,
    expected: AsFunction,
    read: AsFunction,
    at: DeclaredElement,
  ): AsFunction => {
    const fitted = withLengths(expected, read);
    const mismatch = mismatchOf(expected, fitted, qualified(item, expected), sourceOf(at));
    if (mismatch !== undefined) {
      problems.push(Object.assign(placeOf(at.declaration.name.range, app.fileOf), mismatch));
    }
    return fitted;
  };
  const classes = new ResourceFit({ app, reader, found, problems, check });
  for (const item of wanted) classes.register(item);
  const exports = wanted.map((item) => ({
    ...item,
    resources: item.resources.map((resource) => classes.fit(item, resource)),
    functions: item.functions.map((expected) => {
      const element = found.get(expected.identifier);
      if (element?.kind !== ElementKind.FunctionPrototype) {
        problems.push(missingFunction(app, item, expected));
        return expected;
      }
      const read = readFunction(reader, expected.identifier, element as FunctionPrototype);
      return check(item, expected, read.function, element);
    }),
  }));
  if (problems.length > 0) throw new CompileError(problems);
  const used = new Set(wanted.flatMap((item) => item.functions.map((one) => one.identifier)));
  const left = [...found].filter(
    ([name, element]) => element.kind === ElementKind.FunctionPrototype && !used.has(name),
  );
  return { exports, left: left.map(([name]) => name) };
}

function* ambiguities(app: App, wanted: readonly AsInterface[]): Generator<Diagnostic> {
  const owners = new Map<string, string>();
  for (const { name = "the world", functions, resources } of wanted) {
    const classes = resources.filter(({ implementation }) => implementation !== undefined);
    for (const { identifier } of [...functions, ...classes]) {
      const other = owners.get(identifier);
      owners.set(identifier, name);
      if (other === undefined) continue;
      yield {
        file: app.file,
        construct: "world",
        message: `\`${identifier}\` is exported for ${other} and for ${name}, and an app has one export of a name.`,
        hint: "Their packages and their interfaces have the same names: write one app for each of the two.",
      };
    }
  }
}

function missingFunction(app: App, item: AsInterface, expected: AsFunction): Diagnostic {
  return {
    file: app.file,
    construct: "missing function",
    message: `the world exports \`${qualified(item, expected)}\`, but ${app.base}.ts exports no function \`${expected.identifier}\`.`,
    hint: `WIT: ${expected.name}: ${printFunction({ async: false, ...expected })}\nWrite \`export function ${expected.identifier}(${expected.params.map(({ identifier }) => identifier).join(", ")})\` with these types.${whyLonger(expected, camelName(expected.name))}`,
  };
}

function qualified(item: AsInterface, expected: AsFunction): string {
  return item.name === undefined ? expected.name : `${item.name}#${expected.name}`;
}
