/**
 * AssemblyScript's enumerations, by the values that its compiler has at run time.
 *
 * Its declarations call them `const enum`, which a program that is only
 * stripped of its types cannot use; the objects exist all the same.
 */
import * as assemblyscript from "assemblyscript";

interface Enumerations {
  readonly CommonFlags: Record<"Abstract" | "Export" | "Private" | "Protected", number>;
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
    number
  >;
  readonly LiteralKind: Record<"Integer", number>;
  readonly NodeKind: Record<
    "Binary" | "Export" | "Function" | "Import" | "Literal" | "NamedType" | "Parenthesized",
    number
  >;
  readonly ParameterKind: Record<"Default" | "Optional" | "Rest", number>;
  readonly ReportMode: Record<"Swallow", assemblyscript.ReportMode>;
  readonly Token: Record<"LessThan_LessThan", number>;
}

const enumerations = assemblyscript as unknown as Enumerations;

export const CommonFlags: Enumerations["CommonFlags"] = enumerations.CommonFlags;
export const ElementKind: Enumerations["ElementKind"] = enumerations.ElementKind;
export const LiteralKind: Enumerations["LiteralKind"] = enumerations.LiteralKind;
export const NodeKind: Enumerations["NodeKind"] = enumerations.NodeKind;
export const ParameterKind: Enumerations["ParameterKind"] = enumerations.ParameterKind;
export const ReportMode: Enumerations["ReportMode"] = enumerations.ReportMode;
export const Token: Enumerations["Token"] = enumerations.Token;
