/** Commands of a `.wast` script. */
import { type Expression, type List, readScript, textOf, wordAt } from "./s-expression.ts";

/** A component as the script writes it. */
export type Source =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array };

export interface Invocation {
  /** Identifier of an instance; the last one made when absent. */
  readonly instance: string | undefined;
  readonly name: string;
  readonly args: readonly Expression[];
}

export type Command = { readonly line: number } &
  /** `instantiate` when it is not only a definition. */
  (
    | {
        readonly kind: "component";
        readonly id?: string | undefined;
        readonly source: Source;
        readonly instantiate: boolean;
      }
    | {
        readonly kind: "instance";
        readonly id?: string | undefined;
        readonly definition?: string | undefined;
      }
    | {
        readonly kind: "refuse";
        readonly what: "invalid" | "malformed" | "unlinkable";
        readonly source: Source;
        readonly message: string;
      }
    | { readonly kind: "return"; readonly invocation: Invocation; readonly results: readonly Expression[] }
    | { readonly kind: "trap"; readonly action: TrapAction; readonly message: string }
    | { readonly kind: "invoke"; readonly invocation: Invocation }
    | { readonly kind: "unknown"; readonly name: string }
  );
type TrapAction =
  | { readonly kind: "invoke"; readonly invocation: Invocation }
  | { readonly kind: "instance"; readonly definition?: string | undefined }
  | { readonly kind: "component"; readonly source: Source };

export function readCommands(script: string): Command[] {
  return readScript(script).map((list) => Object.assign({ line: list.line }, commandOf(list)));
}

type Unplaced<T> = T extends Command ? Omit<T, "line"> : never;

function commandOf(list: List): Unplaced<Command> {
  const name = wordAt(list, 0) ?? "";
  switch (name) {
    case "component":
      return componentCommand(list);
    case "assert_invalid":
    case "assert_malformed":
    case "assert_unlinkable": {
      const what = name.slice("assert_".length) as "invalid" | "malformed" | "unlinkable";
      return { kind: "refuse", what, source: sourceOf(listAt(list, 1)), message: textOf(list.items[2]) };
    }
    case "assert_return":
      return { kind: "return", invocation: invocationOf(listAt(list, 1)), results: list.items.slice(2) };
    case "assert_trap":
      return { kind: "trap", action: trapAction(listAt(list, 1)), message: textOf(list.items[2]) };
    case "invoke":
      return { kind: "invoke", invocation: invocationOf(list) };
    default:
      return { kind: "unknown", name };
  }
}

function listAt(list: List, at: number): List {
  const item = list.items[at];
  if (item?.kind !== "list") throw new SyntaxError(`line ${list.line}: expected a list`);
  return item;
}

function identifierAt(list: List, at: number): string | undefined {
  const word = wordAt(list, at);
  return word?.startsWith("$") === true ? word : undefined;
}

function componentCommand(list: List): Unplaced<Command> {
  const form = wordAt(list, 1);
  if (form === "instance") {
    return { kind: "instance", id: identifierAt(list, 2), definition: identifierAt(list, 3) };
  }
  const isDefinition = form === "definition";
  const id = identifierAt(list, isDefinition ? 2 : 1);
  return { kind: "component", id, source: sourceOf(list), instantiate: !isDefinition };
}

/** The component of `(component definition? $id? binary? quote? …)`. */
function sourceOf(list: List): Source {
  let at = wordAt(list, 1) === "definition" ? 2 : 1;
  if (identifierAt(list, at) !== undefined) at++;
  const form = wordAt(list, at);
  if (form !== "binary" && form !== "quote") {
    return { kind: "text", text: list.text.replace(/^\(\s*component\s+definition\b/, "(component") };
  }
  const bytes = Buffer.concat(
    list.items.slice(at + 1).map((item) => (item.kind === "string" ? item.bytes : Buffer.of())),
  );
  return form === "binary"
    ? { kind: "binary", bytes }
    : { kind: "text", text: `(component ${bytes.toString()})` };
}

function invocationOf(list: List): Invocation {
  const instance = identifierAt(list, 1);
  const at = instance === undefined ? 1 : 2;
  return { instance, name: textOf(list.items[at]), args: list.items.slice(at + 1) };
}

function trapAction(list: List): TrapAction {
  if (wordAt(list, 0) === "invoke") return { kind: "invoke", invocation: invocationOf(list) };
  if (wordAt(list, 1) === "instance") return { kind: "instance", definition: identifierAt(list, 3) };
  return { kind: "component", source: sourceOf(list) };
}
