/**
 * The capability graph as a picture: SVG that needs nothing else, light and dark.
 *
 * Widths of text are estimated, since nothing here knows fonts: fixed-width
 * letters have much the same width everywhere. The same graph gives the same
 * bytes.
 */
import { LinkError } from "../error.ts";
import { splitVersion } from "../interface-name.ts";
import { bindingText, type CapabilityGraph, type GraphEdge, type GraphNode } from "./graph.ts";
import { layOut, layoutItems, type Box, type Placed, type PlacedLine } from "./layout.ts";
import { count } from "./text.ts";

/** Beyond it nobody finds anything in a picture. */
const MAX_ITEMS = 5000;
const MAX_LETTERS = 48;
const MARGIN = 24;
/** Ems per letter of a fixed-width font, generously. */
const LETTER = 0.62;
const SIZE = { name: 14, label: 11 };

const STYLE = `
.paper{fill:#f8fafc}.process{fill:#fff;stroke:#0b4f6c}.device{fill:#fff7ed;stroke:#c2410c}
.line{fill:none;stroke:#64748b}.head{fill:#64748b}.name{fill:#0f172a;font-weight:600}.label{fill:#334155}.kind{fill:#64748b}
.start{stroke-width:3}.message{stroke-dasharray:6 4}.cast{stroke-dasharray:2 4}
@media (prefers-color-scheme: dark){
.paper{fill:#0f172a}.process{fill:#1e293b;stroke:#7dd3fc}.device{fill:#2a1a10;stroke:#fdba74}
.line{stroke:#94a3b8}.head{fill:#94a3b8}.name{fill:#f1f5f9}.label{fill:#cbd5e1}.kind{fill:#94a3b8}}
`.trim();

/** SVG text. @throws LinkError (`limit`) when the graph is too large to be drawn. */
export function drawGraph(graph: CapabilityGraph): string {
  const { nodes, edges, system } = graph;
  const labels = edges.map((edge) => labelOf(graph, edge));
  const lines = edges.map(({ from, to }, i) => ({ from, to, label: labelBox(labels[i] ?? []) }));
  const items = layoutItems(nodes.length, lines);
  if (items > MAX_ITEMS) {
    throw new LinkError(
      "limit",
      `the picture of system ${system} would have ${items} boxes and labels, and at most ${MAX_ITEMS} can be drawn`,
      "Use --graph, which is text, or ask with --who-may-call and --reachable-from.",
    );
  }
  const layout = layOut(
    nodes.map((node, i) => nodeBox(graph, node, i)),
    lines,
  );
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN].map(Math.ceil);
  const drawn = [
    ...layout.lines.flatMap((line, i) => lineElements(line, edges[i], labels[i] ?? [])),
    ...layout.boxes.flatMap((box, i) => nodeElements(graph, i, box)),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" role="img" aria-label="${escape(`Capability graph of system ${system}`)}">`,
    `<style>${STYLE}</style>`,
    `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>`,
    `<rect class="paper" width="${width}" height="${height}" rx="10"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})" stroke-width="1.5">`,
    ...drawn,
    `</g>`,
    `</svg>`,
    ``,
  ].join("\n");
}

/** Interface above the line, binding below it. A version is shown where there are two. */
function labelOf(graph: CapabilityGraph, edge: GraphEdge): string[] {
  const { interface: name, functions } = edge;
  const { id } = splitVersion(name);
  const versions = new Set(
    graph.edges.map((edge) => edge.interface).filter((other) => splitVersion(other).id === id),
  );
  return [cut(versions.size > 1 ? name : id), `${bindingText(edge)}, ${count(functions.length, "function")}`];
}

function labelBox(texts: readonly string[]): Box {
  return { width: Math.max(...texts.map((text) => textWidth(text, SIZE.label))) + 8, height: 30 };
}

function nodeBox({ edges, entry }: CapabilityGraph, { kind, name }: GraphNode, position: number): Box {
  const texts = [cut(name), ...(isEntry(entry, position) ? ["starts here"] : [])];
  const ports = Math.max(
    edges.filter(({ from }) => from === position).length,
    edges.filter(({ to }) => to === position).length,
  );
  return {
    width: Math.max(80, Math.max(...texts.map((text) => textWidth(text, SIZE.name))) + 28),
    height: Math.max(kind === "process" ? 48 : 40, 14 + 10 * ports),
  };
}

function isEntry(entry: CapabilityGraph["entry"], position: number): boolean {
  return entry?.processes.includes(position) === true;
}

function nodeElements({ nodes, entry }: CapabilityGraph, position: number, box: Placed): string[] {
  const { kind, name } = nodes[position] as GraphNode;
  const start = isEntry(entry, position);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const radius = kind === "process" ? 4 : Math.min(20, box.height / 2);
  return [
    `<g><title>${escape(`${kind} ${name}`)}</title>`,
    `<rect class="${kind}${start ? " start" : ""}" x="${n(box.x)}" y="${n(box.y)}" width="${n(box.width)}" height="${n(box.height)}" rx="${n(radius)}"/>`,
    text("name", x, y + (start ? -3 : 5), SIZE.name, cut(name)),
    ...(start ? [text("kind", x, y + 14, SIZE.label, "starts here")] : []),
    `</g>`,
  ];
}

function lineElements(
  { label, stretches }: PlacedLine,
  edge: GraphEdge | undefined,
  texts: readonly string[],
): string[] {
  const path = stretches.map(({ left, right, y }, i) => {
    const before = stretches[i - 1];
    if (before === undefined) return `M${n(left)} ${n(y)}`;
    const swing = Math.max(12, Math.abs(left - before.right) / 2);
    const curve = `C${n(before.right + swing)} ${n(before.y)} ${n(left - swing)} ${n(y)} ${n(left)} ${n(y)}`;
    return right > left ? `${curve} H${n(right)}` : curve;
  });
  const title = edge ? `${edge.interface} (${bindingText(edge)}): ${edge.functions.join(", ")}` : "";
  const [x, y] = [label.x + label.width / 2, label.y + label.height / 2];
  return [
    `<g><title>${escape(title)}</title>`,
    `<path class="${lineClass(edge)}" marker-end="url(#head)" d="${path.join(" ")}"/>`,
    text("label", x, y - 4, SIZE.label, texts[0] ?? ""),
    text("kind", x, y + 12, SIZE.label, texts[1] ?? ""),
    `</g>`,
  ];
}

/** A line of messages is broken, of casts dotted. */
function lineClass(edge: GraphEdge | undefined): string {
  if (edge?.sent === undefined) return "line";
  return edge.sent === "cast" ? "line cast" : "line message";
}

function text(style: string, x: number, y: number, size: number, content: string): string {
  return `<text class="${style}" x="${n(x)}" y="${n(y)}" font-size="${size}" text-anchor="middle">${escape(content)}</text>`;
}

function textWidth(content: string, size: number): number {
  return content.length * size * LETTER;
}

/** The end of a name tells more than its begin. */
function cut(name: string): string {
  return name.length <= MAX_LETTERS ? name : `…${name.slice(1 - MAX_LETTERS)}`;
}

/** A coordinate, in tenths. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(content: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return content.replaceAll(/[&<>"]/g, (c) => entities[c] ?? c);
}
