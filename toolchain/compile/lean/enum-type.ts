/**
 * A TypeScript enum → WIT enum (0, 1, 2, …) or flags (1, 2, 4, …).
 *
 * Values are read from the declaration: they must be written as integers, or
 * left out, because a component's type cannot depend on running the program.
 */
import type {
  BinaryExpression,
  Enum,
  EnumValue,
  Expression,
  LiteralExpression,
  ParenthesizedExpression,
} from "assemblyscript";
import { ElementKind, LiteralKind, NodeKind, Token } from "./syntax.ts";
import { type AsType, kebabName } from "../../bindgen/index.ts";
import { checkDistinct } from "./distinct.ts";
import type { TypeReader } from "./type-reader.ts";
import { classRef, labelOf, remember, typeLabel } from "./class-type.ts";

/** Flags of more labels need more than the one word that AssemblyScript's enums have. */
const MOST_FLAGS = 32;

export function readEnum(reader: TypeReader, element: Enum): AsType {
  const members = [...(element.members?.values() ?? [])].filter(
    (member): member is EnumValue => member.kind === ElementKind.EnumValue,
  );
  const range = element.declaration.name.range;
  if (members.length === 0)
    reader.refuse(range, "empty enum", "WIT has no enum without cases.", "Add a member.");
  const values = valuesOf(reader, members);
  const kind = kindOf(values);
  if (kind === undefined) {
    reader.refuse(
      range,
      "enum values",
      `the values of \`${element.name}\` are ${values.join(", ")}: neither 0, 1, 2, … (an enum) nor 1, 2, 4, … (flags).`,
      "Leave the values out for an enum; write 1, 2, 4, … for flags, with combinations as constants outside.",
    );
  }
  if (kind === "flags" && members.length > MOST_FLAGS) {
    reader.refuse(
      range,
      "flags",
      `lean has at most ${MOST_FLAGS} flags, found ${members.length}.`,
      "Split them into two enums.",
    );
  }
  const named = members.map((member) => {
    const at = member.declaration.name.range;
    return { label: labelOf(reader, member.name, at, caseName), range: at };
  });
  checkDistinct(reader, named);
  const type: AsType = {
    kind,
    labels: named.map(({ label }) => label),
    as: classRef(reader, element),
    name: { name: typeLabel(reader, element), owner: reader.input.owner },
  };
  return remember(reader, element, type);
}

/** `SCREAMING_CASE` is a habit for constants, not an acronym for each word. */
function caseName(name: string): string | undefined {
  return kebabName(/[a-z]/.test(name) ? name : name.toLowerCase());
}

function kindOf(values: readonly number[]): "enum" | "flags" | undefined {
  if (values.every((value, i) => value === i)) return "enum";
  if (values.every((value, i) => value === 2 ** i || value >>> 0 === 2 ** i)) return "flags";
  return undefined;
}

function valuesOf(reader: TypeReader, members: readonly EnumValue[]): number[] {
  const values: number[] = [];
  for (const member of members) {
    const node = member.valueNode;
    const value = node === null ? (values.at(-1) ?? -1) + 1 : integer(node);
    if (value === undefined) {
      const isString = /^["'`]/.test(node?.range.toString() ?? "");
      reader.refuse(
        node?.range ?? member.declaration.range,
        isString ? "enum of strings" : "computed enum value",
        isString
          ? "the members of an enum are numbers; over WIT they keep their names."
          : "the value must be written as an integer.",
        "Write 0, 1, 2, … (or nothing) for an enum; 1, 2, 4, … or `1 << n` for flags.",
      );
    }
    values.push(value);
  }
  return values;
}

function integer(node: Expression): number | undefined {
  if (node.kind === NodeKind.Parenthesized) return integer((node as ParenthesizedExpression).expression);
  if (node.kind === NodeKind.Literal && (node as LiteralExpression).literalKind === LiteralKind.Integer) {
    return Number(node.range.toString().replaceAll("_", ""));
  }
  if (node.kind !== NodeKind.Binary || (node as BinaryExpression).operator !== Token.LessThan_LessThan)
    return undefined;
  const { left, right } = node as BinaryExpression;
  const [value, by] = [integer(left), integer(right)];
  return value === undefined || by === undefined ? undefined : value * 2 ** by;
}
