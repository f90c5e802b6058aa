/** The picture: nothing lies on anything else, nothing is missing, nothing breaks out of it. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capabilityGraph, drawGraph, LinkError } from "../../../../toolchain/link/index.ts";
import { planFor, wirings } from "./wirings.ts";

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const attribute = (element: string, name: string): number =>
  Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(element)?.[1]);

function boxesOf(svg: string): Area[] {
  return [...svg.matchAll(/<rect class="(?:process|device)[^>]*>/g)].map(([element]) => ({
    x: attribute(element, "x"),
    y: attribute(element, "y"),
    width: attribute(element, "width"),
    height: attribute(element, "height"),
  }));
}

/** Interface and binding of each line, with the room that the letters take at least. */
function labelsOf(svg: string): Area[] {
  return [...svg.matchAll(/<text class="label"[^>]*>([^<]*)</g)].map(([element, letters = ""]) => {
    const width = letters.length * 11 * 0.6;
    return { x: attribute(element, "x") - width / 2, y: attribute(element, "y") - 9, width, height: 26 };
  });
}

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("the picture of a graph", () => {
  it("has every process, and nothing that overlaps, the same every time", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const graph = capabilityGraph(planFor(wiring).plan);
        const svg = drawGraph(graph);
        expect(drawGraph(capabilityGraph(planFor(wiring).plan))).toBe(svg);
        const areas = [...boxesOf(svg), ...labelsOf(svg)];
        expect(areas).toHaveLength(graph.nodes.length + graph.edges.length);
        for (const { name } of graph.nodes) expect(svg).toContain(`>${name}</text>`);
        for (const [i, area] of areas.entries()) {
          expect(areas.slice(i + 1).filter((other) => overlap(area, other))).toEqual([]);
          expect(Object.values(area).every((value) => Number.isFinite(value) && value >= -1)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("has callers left of what they call", () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const graph = capabilityGraph(planFor(wiring).plan);
        const boxes = boxesOf(drawGraph(graph));
        for (const { from, to } of graph.edges) {
          expect(boxes[from]!.x + boxes[from]!.width).toBeLessThan(boxes[to]!.x);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("quotes what a forged plan is named", () => {
    const { plan } = planFor({ processes: [{ grants: [], wires: [] }] });
    const process = { ...plan.root.processes[0]!, name: `</text><script>"&\u0007` };
    const svg = drawGraph(capabilityGraph({ ...plan, root: { ...plan.root, processes: [process] } }));
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&lt;/text&gt;&lt;script&gt;&quot;&amp;\\u{7}");
  });

  it("is refused when nobody could read it", () => {
    const wire = { provider: 0, grant: undefined, by: "direct", hidden: undefined } as const;
    const processes = Array.from({ length: 3000 }, () => ({ grants: [], wires: [wire] }));
    const graph = capabilityGraph(planFor({ processes }).plan);
    expect(() => drawGraph(graph)).toThrow(LinkError);
    expect(() => drawGraph(graph)).toThrow(/at most 5000 can be drawn\nUse --graph/);
  });
});
