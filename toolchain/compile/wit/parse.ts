/**
 * WIT text → the world as component types, by the component tools.
 *
 * The tools say what is wrong but not where. A syntax error is found again by
 * cutting the text shorter until the message changes; a name that does not
 * exist is looked for by itself.
 */
import { componentEmbed } from "@bytecodealliance/jco-transpile/wasm-tools";
import { CompileError, type Diagnostic, failure } from "../diagnostic.ts";
import { AbiError, viewOf, worldOfComponentType, type World } from "../../abi/index.ts";
import { decodeComponent } from "../../wasm/index.ts";
import type { ComposedWit } from "./compose.ts";
import { messageOf, type WitFile } from "./packages.ts";

export interface WorldWit {
  readonly text: string;
  /** Name of the world in `text`'s main package. */
  readonly world: string;
}

/** The world with all types resolved. `origin` is named where no file can be. */
export async function parseWorld(wit: ComposedWit, world: string, origin: string): Promise<World> {
  const parsed = await dummyModule(wit.text, world);
  if (typeof parsed === "string")
    throw await explained(parsed.replace(/\. known packages:.*/, ""), wit, world, origin);
  const [section] = WebAssembly.Module.customSections(
    new WebAssembly.Module(parsed as Uint8Array<ArrayBuffer>),
    "component-type",
  );
  if (section === undefined)
    throw failure(origin, "WIT", `the world \`${world}\` has nothing in it.`, "Import or export something.");
  try {
    return worldOfComponentType(decodeComponent(new Uint8Array(section)));
  } catch (error) {
    if (!(error instanceof AbiError)) throw error;
    throw failure(origin, "WIT", `${error.message.replace(/\.$/, "")}.`, hintForWorld(error.message));
  }
}

function hintForWorld(message: string): string {
  if (message.includes("not supported")) return "Leave it out of the world: it comes with a later release.";
  if (message.includes("there twice"))
    return "Rename one of them: capitals and hyphens do not tell names apart.";
  return "The component model has no such type: write another.";
}

/** A module with nothing but the world in it, or what the tools say is wrong. */
async function dummyModule(text: string, world: string | undefined): Promise<Uint8Array | string> {
  try {
    return await componentEmbed({
      dummy: true,
      witSource: text,
      ...(world === undefined ? {} : { world: `%${world}` }),
    });
  } catch (error) {
    return messageOf(error);
  }
}

async function explained(
  message: string,
  wit: ComposedWit,
  world: string,
  origin: string,
): Promise<CompileError> {
  const unresolved = /package '([^']*)' not found/.exec(message)?.[1];
  const name =
    unresolved?.replace(/@.*/, "") ??
    /name `([^`]*)`|interface or world `([^`]*)`|`([^`]*)`/.exec(message)?.slice(1).find(Boolean);
  for (const file of wit.files) {
    const alone = await dummyModule(headerFor(file.text) + file.text, undefined);
    if (typeof alone === "string" && SYNTAX.test(alone)) {
      return new CompileError([await syntaxError(file, alone)]);
    }
  }
  for (const file of wit.files) {
    const at = name === undefined ? -1 : findName(file.text, name);
    if (at >= 0)
      return new CompileError([
        diagnosticAt(file, at, name?.length ?? 1, message, hintFor(unresolved, name)),
      ]);
  }
  return failure(origin, "WIT", `${message} (in world \`${world}\`).`, hintFor(unresolved));
}

function hintFor(unresolved: string | undefined, name = ""): string {
  const view = viewOf(name);
  if (view !== undefined) {
    return `It would be derived from \`${view.of}\`, which is not there either; \`atoll wit ${view.kind === "guarded" ? "guard" : "process"}\` prints the ${view.kind} view of an interface.`;
  }
  if (unresolved === undefined)
    return "The syntax is in https://component-model.bytecodealliance.org/design/wit.html.";
  const version = /^wasi:[a-z]+@(0\.2\.\d+)$/.exec(unresolved)?.[1];
  return version !== undefined
    ? `Atoll has WASI 0.2.12, which is what every 0.2 gets when it runs: write \`${unresolved.replace(version, "0.2.12")}\`.`
    : `Put the WIT of \`${unresolved}\` into wit/deps/ beside the app, or give it with --wit.`;
}

/** Messages about text that cannot be read at all; others concern names. */
const SYNTAX =
  /^(expected|identifiers must|unexpected|unterminated|invalid|confusing|control|doc comments|attribute)/;
const FILE_HEADER = /(^|\n)\s*package\s/;

/** What a file needs in front to be read without the others of its package. */
function headerFor(text: string): string {
  return FILE_HEADER.test(text) ? "" : "package none:none;";
}

async function syntaxError(file: WitFile, message: string): Promise<Diagnostic> {
  // Shorter texts end too early and say so; from the faulty token on the message stays the same.
  const header = headerFor(file.text);
  let [low, high] = [0, file.text.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const said = await dummyModule(header + file.text.slice(0, middle), undefined);
    if (said === message) high = middle;
    else low = middle + 1;
  }
  return diagnosticAt(file, Math.max(0, low - 1), 1, message, hintFor(undefined));
}

function diagnosticAt(file: WitFile, at: number, length: number, message: string, hint: string): Diagnostic {
  const before = file.text.slice(0, at).split("\n");
  const line = before.length;
  return {
    file: file.file,
    line,
    column: (before.at(-1) ?? "").length + 1,
    construct: "WIT",
    message: `${message.replace(/\.$/, "")}.`,
    hint,
    source: file.text.split("\n")[line - 1] ?? "",
    length,
  };
}

/** Where a name stands in the text, outside comments. */
function findName(text: string, name: string): number {
  const quiet = text.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replaceAll(/[^\n]/g, " "),
  );
  const escapedName = name.replaceAll(/[^\w-]/g, String.raw`\$&`);
  return quiet.search(new RegExp(`(?<![\\w:-])${escapedName}(?![\\w-])`));
}
