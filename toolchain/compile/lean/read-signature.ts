/** Parameters and result of an exported function, as WIT has them. */
import type { FunctionPrototype, ParameterNode } from "assemblyscript";
import { isProcessResource } from "../../abi/index.ts";
import type { AsFunction, AsType } from "../../bindgen/index.ts";
import { labelOf } from "./class-type.ts";
import { checkDistinct } from "./distinct.ts";
import { NATIVE } from "./known-types.ts";
import { ParameterKind } from "./syntax.ts";
import type { TypeReader } from "./type-reader.ts";

/**
 * Parameters and result of a function or method; what a parameter is, is lent to it.
 * @param hasResult constructors have none that is written.
 */
export function readSignature(
  reader: TypeReader,
  element: FunctionPrototype,
  hasResult = true,
): Pick<AsFunction, "params" | "result"> {
  const signature = element.functionTypeNode;
  const { explicitThisType } = signature;
  if ((element.typeParameterNodes ?? []).length > 0) {
    reader.refuse(
      element.declaration.name.range,
      "generic function",
      "WIT has no type parameters.",
      "Export one function for each type, with the types filled in.",
    );
  }
  if (explicitThisType !== null) {
    reader.refuse(
      explicitThisType.range,
      "this parameter",
      "a WIT function belongs to no object.",
      "Take the object as an ordinary parameter.",
    );
  }
  const params = signature.parameters.map((parameter) => {
    checkParameter(reader, parameter);
    const label = labelOf(reader, parameter.name.text, parameter.name.range);
    const type = lent(reader.readValue(parameter.type, element));
    return { label, identifier: parameter.name.text, type };
  });
  checkDistinct(
    reader,
    params.map(({ label }, i) => ({
      label,
      range: signature.parameters[i]?.name.range ?? element.declaration.name.range,
    })),
  );
  const result = hasResult ? reader.read(signature.returnType, element) : undefined;
  return { params, ...(result === undefined ? {} : { result }) };
}

/**
 * A parameter lends its objects; in a record, which results may have too, it hands them over. So it does a
 * process: who wants to keep one hands over what `narrow` has made of it.
 */
function lent(type: AsType): AsType {
  switch (type.kind) {
    case "own":
      return isProcessResource(type.resource) ? type : { ...type, kind: "borrow" };
    case "list":
      return { ...type, element: lent(type.element) };
    case "map":
      return { ...type, value: lent(type.value) };
    case "option":
      return { ...type, type: lent(type.type) };
    case "tuple":
      return { ...type, types: type.types.map(lent) };
    case "result":
      return { ...type, ...(type.ok && { ok: lent(type.ok) }), ...(type.err && { err: lent(type.err) }) };
    default:
      return type;
  }
}

function checkParameter(reader: TypeReader, parameter: ParameterNode): void {
  const name = parameter.name.text;
  if (parameter.parameterKind === ParameterKind.Rest) {
    reader.refuse(
      parameter.range,
      "rest parameter",
      "a WIT function has a fixed number of parameters.",
      `Write \`${name}: T[]\`.`,
    );
  }
  if (parameter.parameterKind === ParameterKind.Optional || parameter.initializer !== null) {
    const type = parameter.type.range.toString();
    const instead =
      type in NATIVE ? `Option<${type}>\` with \`import { Option } from "atoll"` : `${type} | null`;
    reader.refuse(
      parameter.range,
      "optional parameter",
      "a WIT function is always called with all its parameters.",
      `Write \`${name}: ${instead}\`.`,
    );
  }
}
