/** The chart for a page: SVG by Vega-Lite, made without a browser. */
import { TRANSPORTS } from "../transports.ts";
import { NotInstalled } from "../peers/peer.ts";
import { duration } from "./numbers.ts";
import type { Report } from "./report.ts";

interface VegaLite {
  compile(specification: object): { spec: object };
}
interface Vega {
  parse(specification: object): object;
  View: new (runtime: object, options: { renderer: "none" }) => { toSVG(): Promise<string> };
}

/** Those that say most side by side, in columns. */
const SHOWN = ["u32x2", "string-64", "bytes-4k-in", "strings-100"];
const FAMILIES: readonly (readonly [family: string, prefixes: readonly string[], color: string])[] = [
  ["Atoll", ["atoll"], "#0b7285"],
  ["Wasm by hand", ["floor", "raw", "local"], "#74b8c4"],
  ["jco", ["jco"], "#e8a33d"],
  ["Linux processes", ["pipe", "unix", "eventfd", "shm", "tcp"], "#868e96"],
  ["Node", ["worker", "child"], "#c2c7cc"],
];

export async function chart(report: Report): Promise<string> {
  const [vega, lite] = await Promise.all([load<Vega>("vega"), load<VegaLite>("vega-lite")]);
  const { spec } = lite.compile(specification(report));
  return new vega.View(vega.parse(spec), { renderer: "none" }).toSVG();
}

async function load<Library>(name: string): Promise<Library> {
  try {
    return (await import(name)) as Library;
  } catch {
    throw new NotInstalled(`${name}, which draws the chart, is not installed in bench/`, "npm run bench");
  }
}

function family(transport: string): string {
  return FAMILIES.find(([, prefixes]) => prefixes.some((prefix) => transport.startsWith(prefix)))![0];
}

function specification(report: Report): object {
  const cases = SHOWN.filter((name) => report.rows.some((row) => row.case === name));
  const values = report.rows
    .filter((row) => cases.includes(row.case))
    .map(({ case: name, transport, median }) => ({
      case: name,
      transport,
      median,
      label: duration(median),
      family: family(transport),
    }));
  const order = TRANSPORTS.map((t) => t.name).filter((name) => values.some((v) => v.transport === name));
  const y = { field: "transport", type: "nominal", sort: order, title: null };
  const x = {
    field: "median",
    type: "quantitative",
    scale: { type: "log", domain: [0.1, Math.max(...values.map((v) => v.median)) * 30] },
    axis: { title: "ns per round trip, logarithmic", values: [1, 100, 1e4, 1e6], format: "~s", grid: true },
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
              scale: { domain: FAMILIES.map(([name]) => name), range: FAMILIES.map(([, , color]) => color) },
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
