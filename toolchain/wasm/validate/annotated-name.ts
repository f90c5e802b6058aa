/**
 * Functions named `[constructor]`, `[method]` or `[static]`: their types must fit the resource named.
 *
 * Binary.md, "Import and Export Definitions" (validation of annotated names).
 */
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";
import type { ParsedName } from "./extern-name.ts";
import type { Entity, FuncType, ResourceType, Value } from "./types.ts";

/** Resources of one side of a scope: by the object that stands for each, and their names. */
interface Resources {
  readonly resources: ReadonlyMap<ResourceType, string>;
  readonly resourceNames: ReadonlySet<string>;
}

export function checkAnnotatedName(
  name: ParsedName,
  entity: Entity,
  { resources, resourceNames }: Resources,
  context: Context,
): void {
  if (name.kind === "label" || name.kind === "interface") return;
  if (entity.kind !== "func") context.fail(SECTION.externs, `item named \`[${name.kind}]…\` is not a func`);
  switch (name.kind) {
    case "constructor":
      return checkResource(constructed(entity.type, context), name.resource, resources, context);
    case "method":
      return checkResource(self(entity.type, context), name.resource, resources, context);
    case "static":
      if (!resourceNames.has(name.resource)) {
        context.fail(
          SECTION.externs,
          "static resource name is not known in this context",
          undefined,
          name.resource,
        );
      }
  }
}

function constructed({ result }: FuncType, context: Context): ResourceType {
  if (result === undefined) context.fail(SECTION.externs, "function should return one value");
  const resource = handle(result, "own") ?? handle(okOf(result), "own");
  return (
    resource ?? context.fail(SECTION.externs, "function should return `(own $T)` or `(result (own $T))`")
  );
}

function self({ params: [first] }: FuncType, context: Context): ResourceType {
  if (first === undefined) context.fail(SECTION.externs, "function should have at least one argument");
  if (first.label !== "self") {
    context.fail(
      SECTION.externs,
      "function should have a first argument called `self`",
      "`self`",
      `\`${first.label}\``,
    );
  }
  const resource = handle(first.type, "borrow");
  return resource ?? context.fail(SECTION.externs, "function should take a first argument of `(borrow $T)`");
}

function handle(value: Value | undefined, kind: "own" | "borrow"): ResourceType | undefined {
  return typeof value === "object" && value.shape.kind === kind ? value.shape.resource : undefined;
}

function okOf(value: Value): Value | undefined {
  return typeof value === "object" && value.shape.kind === "result" ? value.shape.ok : undefined;
}

function checkResource(
  resource: ResourceType,
  name: string,
  resources: ReadonlyMap<ResourceType, string>,
  context: Context,
): void {
  const known = resources.get(resource);
  if (known === undefined)
    context.fail(SECTION.externs, "resource used in function does not have a name in this context");
  if (known !== name) {
    context.fail(
      SECTION.externs,
      `function does not match expected resource name \`${known}\``,
      undefined,
      `\`${name}\``,
    );
  }
}
