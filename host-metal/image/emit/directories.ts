/**
 * Packed directories as C: tables of names, and the contents of all files as one constant.
 */
import { cString } from "../c-text.ts";
import type { PackedDirectories, PackedEntry, PackedNode } from "../packed.ts";

/** @param contents A file with the contents, as the assembler finds it. */
export function directoryTables({ nodes, roots }: PackedDirectories, contents: string): string {
  return [
    "/* Generated of granted directories. */",
    '#include "metal/packed.h"',
    ...contentsOf("packed_contents", contents),
    ...nodes.flatMap((node, i) => (node.kind === "directory" ? lists(node.entries, i, nodes) : [])),
    `const struct packed_node packed_nodes[] = {${[...nodes.map(nodeOf), "{0}"].join(",\n")}};`,
    `const struct packed_root packed_roots[] = {${[...[...roots].map(rootOf), "{0}"].join(", ")}};`,
    `const uint32_t packed_root_count = ${roots.size};`,
    "",
  ].join("\n");
}

/** A file as a constant. */
export function contentsOf(name: string, file: string): string[] {
  return [
    `__asm__(".section .rodata.packed,\\"a\\"\\n.balign 16\\n${name}:\\n"`,
    `        ".incbin ${cString(cString(file)).slice(1, -1)}\\n.previous");`,
    `extern const uint8_t ${name}[];`,
  ];
}

function lists(entries: readonly PackedEntry[], directory: number, nodes: readonly PackedNode[]): string[] {
  const shown = entries.flatMap(({ name, leads }) => {
    const node = typeof leads === "number" ? nodes[leads] : undefined;
    if (node === undefined) return [];
    const size = node.kind === "file" ? node.size : 0;
    return [`{${cString(name)}, ${node.kind === "directory"}, ${size}}`];
  });
  const names = entries.map(({ name, leads }) =>
    typeof leads === "number" ? `{${cString(name)}, ${leads}, 0}` : `{${cString(name)}, 0, ${leads}}`,
  );
  return [
    `static const struct packed_name names_${directory}[] = {${[...names, "{0}"].join(", ")}};`,
    `static const struct directory_entry entries_${directory}[] = {${[...shown, "{0}"].join(", ")}};`,
  ];
}

function nodeOf(node: PackedNode, i: number, nodes: readonly PackedNode[]): string {
  if (node.kind === "file") return `{.bytes = packed_contents + ${node.offset}, .size = ${node.size}}`;
  const shown = node.entries.filter(({ leads }) => typeof leads === "number" && nodes[leads] !== undefined);
  const names = `.names = names_${i}, .name_count = ${node.entries.length}`;
  return `{.is_directory = true, ${names}, .entries = entries_${i}, .entry_count = ${shown.length}}`;
}

function rootOf([path, node]: readonly [string, number]): string {
  return `{${cString(path)}, ${node}}`;
}
