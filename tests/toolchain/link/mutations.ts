/**
 * Changes to a component that keep it well-formed: one leaf, or one definition.
 */
import { encodeComponent, type Component } from "../../../toolchain/wasm/index.ts";

/** Everything in a value that can be changed: where it is, and what it is. */
export function leaves(
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

export function changed(source: Component, path: readonly string[], to: unknown): Component {
  const copy = structuredClone(source);
  let at = copy as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ""] = to;
  return copy;
}

/** The bytes, if the format can hold them. */
export function encoded(source: Component): Uint8Array | undefined {
  try {
    return encodeComponent(source);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}
