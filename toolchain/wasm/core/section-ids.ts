/** Identifiers and order of the sections of a core module. Core spec 3.0 §5.5.2. */

export const CUSTOM_SECTION = 0;

/** In the order in which they must come; `id` is the byte in the file. */
export const SECTIONS = [
  { id: 1, name: "type" },
  { id: 2, name: "import" },
  { id: 3, name: "function" },
  { id: 4, name: "table" },
  { id: 5, name: "memory" },
  { id: 13, name: "tag" },
  { id: 6, name: "global" },
  { id: 7, name: "export" },
  { id: 8, name: "start" },
  { id: 9, name: "element" },
  { id: 12, name: "data count" },
  { id: 10, name: "code" },
  { id: 11, name: "data" },
] as const;

export type SectionName = (typeof SECTIONS)[number]["name"];
