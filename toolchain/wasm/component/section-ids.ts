/** Identifiers of the sections of a component, by the kind of what they define. Binary.md, `section`. */
import type { Definition } from "./component.ts";

export type DefinitionKind = Definition["kind"];

export const SECTION_IDS: Readonly<Record<DefinitionKind, number>> = {
  custom: 0,
  "core module": 1,
  "core instance": 2,
  "core type": 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canon: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
};

/** Kinds whose section holds exactly one definition, without a count. */
export const SINGLE: ReadonlySet<DefinitionKind> = new Set<DefinitionKind>([
  "custom",
  "core module",
  "component",
  "start",
]);
