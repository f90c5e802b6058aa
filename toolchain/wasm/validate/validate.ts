/**
 * Validates a component: structure and types, by us; the code of core modules, by the engine.
 *
 * One pass in the order of the definitions, as the specification has it: each
 * may only use what is before it. What is refused is refused by a rule that the
 * error names. Binary.md; Explainer.md; CanonicalABI.md, "Canonical Definitions".
 */
import type { Component, Definition } from "../component/component.ts";
import type { CoreModule } from "../core/module.ts";
import { addAlias } from "./alias.ts";
import { addCanon } from "./canon.ts";
import { type AsyncUse, Context } from "./context.ts";
import { readCoreModule, typeOfModule } from "./core-module.ts";
import { CoreTypes } from "./core-types.ts";
import { addExport, addImport } from "./extern.ts";
import { addCoreInstance, addInstance } from "./instance.ts";
import { Scope } from "./scope.ts";
import { addCoreType, componentTypeOf, defineType } from "./type-definition.ts";
import type { ComponentType } from "./types.ts";

/** What validation found out besides that the component is valid. */
export interface Validated {
  /** Asynchronous features that the component uses, itself or inside, in order; at most the first 1,000. */
  readonly asyncUses: readonly AsyncUse[];
}

type ReadModule = NonNullable<ValidateOptions["readModule"]>;

export interface ValidateOptions {
  /**
   * Decodes a core module and has it validated, in place of our doing so: for a
   * caller that keeps what comes of it. `place` is the module's, for errors.
   */
  readonly readModule?: (bytes: Uint8Array, place: { path: string; offset: number }) => CoreModule;
}

/**
 * @throws ValidationError `invalid` for a rule that is broken, `not yet` for a gated feature
 *   (values, memory64, shared-everything threads), `limit` for types that are too large.
 * @throws WasmError for a core module inside that does not decode.
 */
export function validateComponent(component: Component, options: ValidateOptions = {}): Validated {
  const context = new Context();
  const core = new CoreTypes(context);
  const readModule: ReadModule =
    options.readModule ?? ((bytes: Uint8Array): CoreModule => readCoreModule(bytes, context));
  validate(component, new Scope("component", { context, core }), readModule);
  return { asyncUses: context.asyncUses };
}

function validate(component: Component, scope: Scope, readModule: ReadModule): ComponentType {
  const counts = new Map<string, number>();
  for (const definition of component.definitions) {
    const at = counts.get(definition.kind) ?? 0;
    counts.set(definition.kind, at + 1);
    scope.context.within(placeOf(definition, at), definition.offset, () =>
      define(definition, scope, readModule),
    );
  }
  return componentTypeOf(scope);
}

function placeOf(definition: Definition, at: number): string {
  if (definition.kind === "import") return `import ${JSON.stringify(definition.import.name.name)}`;
  if (definition.kind === "export") return `export ${JSON.stringify(definition.export.name.name)}`;
  return `${definition.kind} ${at}`;
}

function define(definition: Definition, scope: Scope, readModule: ReadModule): void {
  const { context, core } = scope;
  switch (definition.kind) {
    case "custom":
      return;
    case "core module":
      return scope.add(
        definition.kind,
        typeOfModule(readModule(definition.bytes, context.place), core, context),
      );
    case "core instance":
      return addCoreInstance(definition.instance, scope);
    case "core type":
      return addCoreType(definition.type, scope);
    case "component":
      return scope.add(
        definition.kind,
        validate(definition.component, new Scope("component", scope), readModule),
      );
    case "instance":
      return addInstance(definition.instance, scope);
    case "alias":
      return addAlias(definition.alias, scope);
    case "type":
      return scope.add(definition.kind, defineType(definition.type, scope));
    case "canon":
      return addCanon(definition.canon, scope);
    case "import":
      return addImport(definition.import, scope);
    case "export":
      return addExport(definition.export, scope);
    case "start":
    case "value":
      return context.notYet(`${definition.kind} definitions`);
  }
}
