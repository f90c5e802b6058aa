/**
 * Whether a TypeScript signature is the one that WIT asks for.
 *
 * Compared by structure, names of parameters left out: an author may call them
 * as they like. On a mismatch both signatures are shown.
 */
import type { DeclaredElement, FunctionPrototype } from "assemblyscript";
import { compareTypes, printFunction, type TypeDifference, type ValueType } from "../../abi/index.ts";
import type { AsFunction, AsType } from "../../bindgen/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { ElementKind } from "./syntax.ts";

/** The function as the program spells it, under the names of WIT. */
export function withLengths(expected: AsFunction, found: AsFunction): AsFunction {
  const params = found.params.map((param, i) => {
    const wanted = expected.params[i];
    if (wanted === undefined) return param;
    return { label: wanted.label, identifier: param.identifier, type: withLength(wanted.type, param.type) };
  });
  const { result } = found;
  const adopted = result && expected.result ? withLength(expected.result, result) : result;
  const { name, identifier } = expected;
  return { name, identifier, params, ...(adopted === undefined ? {} : { result: adopted }) };
}

function isHandle(type: AsType): type is Extract<AsType, { readonly kind: "own" | "borrow" }> {
  return type.kind === "own" || type.kind === "borrow";
}

/**
 * TypeScript has no fixed-length lists: a `StaticArray<T>` is one where WIT says so.
 * Nor does it say whether an object is lent or given away.
 */
function withLength(wanted: AsType, found: AsType): AsType {
  if (isHandle(wanted) && isHandle(found)) return wanted.resource === found.resource ? wanted : found;
  if (wanted.kind === "list" && found.kind === "list") {
    const element = withLength(wanted.element, found.element);
    if (wanted.length === undefined || found.as !== "StaticArray") return { ...found, element };
    return { ...found, element, length: wanted.length };
  }
  if (wanted.kind === "map" && found.kind === "map")
    return { ...found, value: withLength(wanted.value, found.value) };
  if (wanted.kind === "option" && found.kind === "option")
    return { ...found, type: withLength(wanted.type, found.type) };
  if (wanted.kind === "tuple" && found.kind === "tuple") {
    return { ...found, types: found.types.map((type, i) => withLength(wanted.types[i] ?? type, type)) };
  }
  if (wanted.kind === "result" && found.kind === "result") {
    return {
      ...found,
      ...(wanted.ok && found.ok ? { ok: withLength(wanted.ok, found.ok) } : {}),
      ...(wanted.err && found.err ? { err: withLength(wanted.err, found.err) } : {}),
    };
  }
  if (wanted.kind === "record" && found.kind === "record") {
    const fields = found.fields.map(({ label, identifier, type }, i) => ({
      label,
      identifier,
      type: withLength(wanted.fields[i]?.type ?? type, type),
    }));
    return { ...found, fields };
  }
  return found;
}

/** What is wrong with the signature, if anything is. */
export function mismatchOf(
  expected: AsFunction,
  found: AsFunction,
  name: string,
  typescript: string,
): Pick<Diagnostic, "construct" | "message" | "hint"> | undefined {
  const difference = differs(expected, found);
  if (difference === undefined) return undefined;
  const { path, left, right } = difference;
  return {
    construct: "signature",
    message: `it does not fit \`${name}\`: ${path}: expected ${left}, found ${right}.`,
    hint: [
      `WIT:        ${printFunction({ async: false, ...expected })}`,
      `TypeScript: ${typescript}`,
      `which is:   ${printFunction({ async: false, ...found })}`,
    ].join("\n"),
  };
}

function differs(expected: AsFunction, found: AsFunction): TypeDifference | undefined {
  if (expected.params.length !== found.params.length) {
    return { path: "parameters", left: String(expected.params.length), right: String(found.params.length) };
  }
  for (const [i, param] of expected.params.entries()) {
    const other = found.params[i];
    const difference = other === undefined ? undefined : compareTypes(param.type, other.type);
    if (difference !== undefined)
      return {
        ...difference,
        path: [`parameter ${param.label}`, difference.path].filter(Boolean).join(" / "),
      };
  }
  return differentResult(expected.result, found.result);
}

function differentResult(
  expected: ValueType | undefined,
  found: ValueType | undefined,
): TypeDifference | undefined {
  if (expected === undefined || found === undefined) {
    if (expected === found) return undefined;
    return { path: "result", left: expected?.kind ?? "nothing", right: found?.kind ?? "nothing" };
  }
  const difference = compareTypes(expected, found);
  return difference && { ...difference, path: ["result", difference.path].filter(Boolean).join(" / ") };
}

/** Why a name has its interface's in front, or nothing. */
export function whyLonger({ identifier }: { readonly identifier: string }, short: string): string {
  const isLonger = identifier.length > short.length + "_".length;
  return isLonger
    ? `\nThe interface's name is in front, for \`${short}\` is exported for another interface too.`
    : "";
}

/** The signature as the author wrote it, on one line. */
export function sourceOf(element: DeclaredElement): string {
  // A class without a constructor.
  if (element.kind !== ElementKind.FunctionPrototype) return "()";
  const { parameters, returnType } = (element as FunctionPrototype).functionTypeNode;
  const params = parameters.map((parameter) => parameter.range.toString()).join(", ");
  return `(${params}): ${returnType.range.toString()}`.replaceAll(/\s+/g, " ");
}
