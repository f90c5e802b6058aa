/**
 * AssemblyScript's enumerations, by the values that its compiler has at run time.
 *
 * Its declarations call them `const enum`, which a program that is only
 * stripped of its types cannot use; the objects exist all the same.
 */
import * as assemblyscript from "assemblyscript";

interface Enumerations {
  readonly CommonFlags: Record<
    "Abstract" | "Export" | "Private" | "Protected" | "Readonly",
    assemblyscript.CommonFlags
  >;
  readonly DecoratorFlags: Record<"Unmanaged", assemblyscript.DecoratorFlags>;
  readonly ElementKind: Record<
    | "ClassPrototype"
    | "Enum"
    | "EnumValue"
    | "FunctionPrototype"
    | "Global"
    | "InterfacePrototype"
    | "Namespace"
    | "PropertyPrototype"
    | "TypeDefinition",
    assemblyscript.ElementKind
  >;
  readonly ExpressionId: Record<"Block", assemblyscript.ExpressionId>;
  readonly LiteralKind: Record<"Integer", assemblyscript.LiteralKind>;
  readonly NodeKind: Record<
    "Binary" | "Export" | "Function" | "Import" | "Literal" | "NamedType" | "Parenthesized",
    assemblyscript.NodeKind
  >;
  readonly ParameterKind: Record<"Default" | "Optional" | "Rest", assemblyscript.ParameterKind>;
  readonly ReportMode: Record<"Swallow", assemblyscript.ReportMode>;
  readonly Token: Record<"LessThan_LessThan", assemblyscript.Token>;
}

const enumerations = assemblyscript as unknown as Enumerations;

export const CommonFlags: Enumerations["CommonFlags"] = enumerations.CommonFlags;
export const DecoratorFlags: Enumerations["DecoratorFlags"] = enumerations.DecoratorFlags;
export const ElementKind: Enumerations["ElementKind"] = enumerations.ElementKind;
export const ExpressionId: Enumerations["ExpressionId"] = enumerations.ExpressionId;
export const LiteralKind: Enumerations["LiteralKind"] = enumerations.LiteralKind;
export const NodeKind: Enumerations["NodeKind"] = enumerations.NodeKind;
export const ParameterKind: Enumerations["ParameterKind"] = enumerations.ParameterKind;
export const ReportMode: Enumerations["ReportMode"] = enumerations.ReportMode;
export const Token: Enumerations["Token"] = enumerations.Token;
