/**
 * A binary as a tree of sections, for mutations of its structure.
 *
 * Independent of the decoders under test: it knows preambles, identifiers and
 * sizes, and that components and core modules hold sections of their own.
 */
import { bytes } from "./samples.ts";

const CORE_NAMES: readonly string[] = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];
const COMPONENT_NAMES: readonly string[] = [
  "custom",
  "core module",
  "core instance",
  "core type",
  "component",
  "instance",
  "alias",
  "type",
  "canon",
  "start",
  "import",
  "export",
  "value",
];
/** Kinds that a fuzzing run must reach. */
export const SECTION_KINDS: readonly string[] = [
  ...COMPONENT_NAMES.map((name) => `component: ${name}`),
  ...CORE_NAMES.map((name) => `module: ${name}`),
];

/** A section; `size` differs from the content's when a mutation lies about it. */
export interface Section {
  readonly id: number;
  readonly kind: string;
  readonly content: Uint8Array | Tree;
  readonly size?: number;
}
export interface Tree {
  readonly preamble: Uint8Array;
  readonly sections: readonly Section[];
}

/** Takes a well-formed binary apart. */
export function split(binary: Uint8Array): Tree {
  const isComponent = binary[6] === 1;
  const sections: Section[] = [];
  for (let at = 8; at < binary.length;) {
    const id = binary[at] ?? 0;
    const { value: size, next } = readSize(binary, at + 1);
    const content = binary.subarray(next, next + size);
    const kind = isComponent ? `component: ${COMPONENT_NAMES[id]}` : `module: ${CORE_NAMES[id]}`;
    const nested = isComponent && (id === 1 || id === 4);
    sections.push({ id, kind, content: nested ? split(content) : content });
    at = next + size;
  }
  return { preamble: binary.subarray(0, 8), sections };
}

/** Puts a binary together, with the sizes as they are or as they are claimed. */
export function join({ preamble, sections }: Tree): Uint8Array {
  return bytes(
    preamble,
    ...sections.map(({ id, content, size }) => {
      const inner = content instanceof Uint8Array ? content : join(content);
      return bytes(id, leb(size ?? inner.length), inner);
    }),
  );
}

/** Every place in the tree where a section is: the sections from the outermost inward, by position. */
export function places(
  tree: Tree,
  prefix: readonly number[] = [],
): { path: readonly number[]; kind: string }[] {
  return tree.sections.flatMap(({ kind, content }, i) => {
    const path = [...prefix, i];
    return [{ path, kind }, ...(content instanceof Uint8Array ? [] : places(content, path))];
  });
}

/** The tree with the list of sections around a place replaced. */
export function replace(
  tree: Tree,
  [first = 0, ...rest]: readonly number[],
  change: (sections: readonly Section[], at: number) => readonly Section[],
): Tree {
  if (rest.length === 0) return { ...tree, sections: change(tree.sections, first) };
  return {
    ...tree,
    sections: tree.sections.map((section, i) =>
      i === first && !(section.content instanceof Uint8Array)
        ? Object.assign({}, section, { content: replace(section.content, rest, change) })
        : section,
    ),
  };
}

export function leb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    out.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 0x80) return out;
  }
}

function readSize(binary: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7) {
    const byte = binary[next++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next };
  }
}
