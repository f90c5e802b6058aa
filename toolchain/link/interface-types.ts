/**
 * Atoll's own interfaces written out as types, in the shape that a decoder gives.
 */
import type { FunctionType, Interface, ResourceType, ValueType } from "../abi/index.ts";

export const string: ValueType = { kind: "string" };
export const u16: ValueType = { kind: "u16" };
export const u32: ValueType = { kind: "u32" };
export const u64: ValueType = { kind: "u64" };
export const bool: ValueType = { kind: "bool" };
export const bytes: ValueType = { kind: "list", element: { kind: "u8" } };

export function interfaceOf(
  functions: Readonly<Record<string, FunctionType>>,
  types: readonly ValueType[] = [],
  resources: readonly ResourceType[] = [],
): Interface {
  return {
    types: [
      ...types.map((type) => ({ name: type.name?.name ?? "", type: { kind: "value" as const, type } })),
      ...resources.map((resource) => ({
        name: resource.name?.name ?? "",
        type: { kind: "resource" as const, resource },
      })),
    ],
    functions: Object.entries(functions).map(([name, type]) => ({ name, type })),
  };
}

export function func(params: Readonly<Record<string, ValueType>>, result?: ValueType): FunctionType {
  const fields = Object.entries(params).map(([label, type]) => ({ label, type }));
  return result === undefined ? { async: false, params: fields } : { async: false, params: fields, result };
}

export function option(type: ValueType): ValueType {
  return { kind: "option", type };
}

export function list(element: ValueType): ValueType {
  return { kind: "list", element };
}

export function tuple(...types: readonly ValueType[]): ValueType {
  return { kind: "tuple", types };
}

export function flags(owner: string, name: string, labels: readonly string[]): ValueType {
  return { name: { name, owner }, kind: "flags", labels };
}

export function variant(
  owner: string,
  name: string,
  cases: Readonly<Record<string, ValueType | undefined>>,
): ValueType {
  return {
    name: { name, owner },
    kind: "variant",
    cases: Object.entries(cases).map(([label, type]) => (type === undefined ? { label } : { label, type })),
  };
}

export function enumeration(owner: string, name: string, labels: readonly string[]): ValueType {
  return { name: { name, owner }, kind: "enum", labels };
}

export function record(owner: string, name: string, fields: Readonly<Record<string, ValueType>>): ValueType {
  return {
    name: { name, owner },
    kind: "record",
    fields: Object.entries(fields).map(([label, type]) => ({ label, type })),
  };
}
