/** The chart for a page: SVG by Vega-Lite, made without a browser. */
import type { Benchmark, Layout } from "../benchmark.ts";
import { NotInstalled } from "../peer.ts";
import { duration } from "./numbers.ts";
import type { Report } from "./report.ts";

interface VegaLite {
  compile(specification: object): { spec: object };
}
interface Vega {
  parse(specification: object): object;
  View: new (runtime: object, options: { renderer: "none" }) => { toSVG(): Promise<string> };
}

export async function chart(benchmark: Benchmark, report: Report): Promise<string> {
  const [vega, lite] = await Promise.all([load<Vega>("vega"), load<VegaLite>("vega-lite")]);
  const { spec } = lite.compile(specification(benchmark, report));
  return new vega.View(vega.parse(spec), { renderer: "none" }).toSVG();
}

async function load<Library>(name: string): Promise<Library> {
  try {
    return (await import(name)) as Library;
  } catch {
    throw new NotInstalled(`${name}, which draws the chart, is not installed in bench/`, "npm run bench");
  }
}

function family({ chart: { families } }: Layout, transport: string): string | undefined {
  return families.find(({ prefixes }) => prefixes.some((prefix) => transport.startsWith(prefix)))?.name;
}

function specification({ layout, ...benchmark }: Benchmark, report: Report): object {
  const { families, cases: shown = benchmark.cases.map((c) => c.name) } = layout.chart;
  const cases = shown.filter((name) => report.rows.some((row) => row.case === name));
  const values = report.rows
    .filter((row) => cases.includes(row.case))
    .map(({ case: name, transport, median }) => ({
      case: name,
      transport,
      median,
      label: duration(median),
      family: family(layout, transport),
    }));
  const order = benchmark.transports
    .map((t) => t.name)
    .filter((name) => values.some((v) => v.transport === name));
  const y = { field: "transport", type: "nominal", sort: order, title: null };
  const x = {
    field: "median",
    type: "quantitative",
    scale: { type: "log", domain: [0.1, Math.max(...values.map((v) => v.median)) * 30] },
    axis: {
      title: `ns per ${benchmark.unit}, logarithmic`,
      values: [1, 100, 1e4, 1e6],
      format: "~s",
      grid: true,
    },
  };
  return {
    data: { values },
    facet: {
      column: {
        field: "case",
        type: "nominal",
        sort: cases,
        title: null,
        header: { labelFontWeight: "bold" },
      },
    },
    spec: {
      width: 210,
      height: { step: 17 },
      layer: [
        {
          mark: { type: "bar", height: 11 },
          encoding: {
            y,
            x,
            x2: { datum: 0.1 },
            color: {
              field: "family",
              type: "nominal",
              scale: {
                domain: families.map(({ name }) => name),
                range: families.map(({ colour }) => colour),
              },
              legend: { orient: "bottom", title: null },
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 3, fontSize: 9 },
          encoding: { y, x, text: { field: "label" } },
        },
      ],
    },
    config: { background: "white", font: "sans-serif", view: { stroke: null }, facet: { spacing: 12 } },
  };
}
