/**
 * Pass: what a consumer gets when its provider dies in a call.
 *
 * An import of `ns:p/i-guarded` is met by an export of `ns:p/i`, unless the
 * provider really exports the former: then the two are an ordinary wire. Faults of
 * any other import end its consumer, unless `onFault` says which error they are.
 */
import { plainName, printFunction, type FunctionType, type ValueType } from "../../abi/index.ts";
import type { WireConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { fittingInterfaces } from "../interface-name.ts";
import { nearest } from "../nearest.ts";
import type { FaultHandling, Port, ProcessNode } from "./process.ts";

/** The names that a key of `imports` may mean: those of imports, and of what they are the guarded view of. */
export function importsMeant(key: string, imports: readonly string[]): string[] {
  const exact = fittingInterfaces(key, imports);
  if (exact.length > 0) return exact;
  return imports.filter((name) => {
    const plain = plainName(name);
    return plain !== undefined && fittingInterfaces(key, [plain]).length > 0;
  });
}

/** The export that is looked for, and what its faults are to the consumer. @throws LinkError (`wiring`, `type`) */
export function faultHandling(
  node: ProcessNode,
  port: Port,
  config: WireConfig,
  exports: readonly string[],
): { readonly wanted: string; readonly fault: FaultHandling } {
  const { interface: given, plain, onFault } = config;
  const where = `process "${node.name}", imports "${port.name}"`;
  const name = given ?? port.name;
  const ordinary = plainName(name) !== undefined && fittingInterfaces(name, exports).length > 0;
  const guardedView = plainName(port.name) !== undefined && !ordinary;
  const wanted = guardedView ? (plainName(name) ?? name) : name;
  if (plain !== undefined && onFault !== undefined) {
    throw new LinkError("wiring", `${where}: expected plain or onFault, found both`);
  }
  if (guardedView) {
    if (onFault !== undefined) {
      throw new LinkError(
        "wiring",
        `${where}: onFault is for an import whose functions know nothing of faults, and this one is a guarded view`,
        "Take out onFault: a fault comes as the error of each function.",
      );
    }
    return { wanted, fault: { view: "guarded", guarded: plain === undefined } };
  }
  if (plain !== undefined) {
    throw new LinkError(
      "wiring",
      `${where}: plain: true is for the guarded view of an interface, and this import is plain already`,
      "Take out plain.",
    );
  }
  if (onFault === undefined) return { wanted, fault: { guarded: false } };
  for (const f of port.functions) checkOnFault(where, f.name, f.type, onFault);
  return { wanted, fault: { guarded: true, onFault } };
}

function checkOnFault(
  where: string,
  name: string,
  type: FunctionType,
  onFault: NonNullable<WireConfig["onFault"]>,
): void {
  const written = onFault === "err" ? `onFault: "err"` : `onFault: { err: "${onFault.err}" }`;
  const problem = problemOf(type.result, onFault);
  if (problem === undefined) return;
  throw new LinkError(
    "type",
    `${where}: ${written} does not fit the function "${name}": ${printFunction(type, () => undefined)}\n  ${problem}`,
    "Or import the guarded view, whose functions all return the fault.",
  );
}

function problemOf(
  result: ValueType | undefined,
  onFault: NonNullable<WireConfig["onFault"]>,
): string | undefined {
  if (result?.kind !== "result") return "It returns no result, so there is no error to return.";
  const { err } = result;
  if (onFault === "err") {
    if (err === undefined) return undefined;
    const cases = casesOf(err);
    return cases.length === 0
      ? "Its error has a type, and none of its values could stand for a fault."
      : `Its error has a type. Write one of its cases: ${listed(cases)}.`;
  }
  if (err === undefined) return `Its error has no type. Write onFault: "err".`;
  const cases = casesOf(err);
  if (cases.includes(onFault.err)) return undefined;
  const guess = nearest(onFault.err, cases);
  return cases.length === 0
    ? "Its error is neither an enum nor a variant that has a case without payload."
    : `Its error has no such case without payload. ${guess === undefined ? "" : `Do you mean "${guess}"? `}It has: ${listed(cases)}.`;
}

function listed(cases: readonly string[]): string {
  return cases.map((label) => `{ err: "${label}" }`).join(", ");
}

/** Those without payload. */
function casesOf(type: ValueType): string[] {
  if (type.kind === "enum") return [...type.labels];
  if (type.kind !== "variant") return [];
  return type.cases.flatMap((c) => (c.type === undefined ? [c.label] : []));
}

/** Position of a case among all of the error's; undefined for an error without type. */
export function faultCase(
  result: ValueType | undefined,
  onFault: NonNullable<WireConfig["onFault"]>,
): number | undefined {
  const err = result?.kind === "result" ? result.err : undefined;
  if (onFault === "err" || err === undefined) return undefined;
  const labels =
    err.kind === "enum" ? err.labels : err.kind === "variant" ? err.cases.map((c) => c.label) : [];
  return labels.indexOf(onFault.err);
}
