/** Documentation comments of the program, for the WIT that is made from it. */
import type {
  ClassDeclaration,
  DeclarationStatement,
  DeclaredElement,
  Element,
  EnumDeclaration,
} from "assemblyscript";
import { type AsType, kebabName } from "../../bindgen/index.ts";
import type { ExportedFunction } from "./infer.ts";
import { ElementKind } from "./syntax.ts";

/** Text of the comment with two stars before a declaration, without its marks. */
function docsOf(declaration: DeclarationStatement): string | undefined {
  const before = declaration.range.source.text.slice(0, declaration.range.start);
  const comment = BEFORE.exec(before)?.[1];
  if (comment === undefined) return undefined;
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const text = lines.join("\n").trim();
  return text === "" ? undefined : text;
}

const BEFORE =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:@\w+\s*)*(?:(?:export|abstract|declare|const|public|readonly)\s+)*$/;

/** All that the program documents of its interface, by item path; see `BindingsInput.docs` of bindgen. */
export function programDocs(
  owner: string,
  functions: readonly ExportedFunction[],
  types: ReadonlyMap<string, { readonly element: Element; readonly type: AsType }>,
): Map<string, string> {
  const docs = new Map<string, string>();
  const note = (path: string, declaration: DeclarationStatement): void => {
    const text = docsOf(declaration);
    if (text !== undefined) docs.set(`${owner}#${path}`, text);
  };
  for (const { function: one, element } of functions) note(one.name, element.declaration);
  for (const [name, { element }] of types) {
    const { declaration } = element as DeclaredElement;
    note(name, declaration);
    for (const member of membersOf(element.kind, declaration)) {
      note(`${name}.${kebabName(member.name.text) ?? member.name.text}`, member);
    }
  }
  return docs;
}

function membersOf(
  kind: Element["kind"],
  declaration: DeclarationStatement,
): readonly DeclarationStatement[] {
  return kind === ElementKind.Enum
    ? (declaration as EnumDeclaration).values
    : (declaration as ClassDeclaration).members;
}
