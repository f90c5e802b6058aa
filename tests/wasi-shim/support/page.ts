/** docs/support.md: what each function of WASI does on each host, from the rows of the suites. */
import type { Limit, Row } from "../row.ts";
import type { WasiFunction } from "./functions.ts";

/** By package: tests/wasi-shim/images.test.ts. The others are as on Linux, unless a row says otherwise. */
const NOT_IN_IMAGES: Readonly<Record<string, Limit>> = {
  sockets: { refused: "`atoll image` refuses it: images have no network." },
  http: { refused: "`atoll image` refuses it: images have no network." },
};

export interface PageInput {
  readonly functions: readonly WasiFunction[];
  readonly rows: readonly Row[];
  /** Interfaces that the largest shim exports, without version. */
  readonly exported: ReadonlySet<string>;
}

/** Functions that nothing says anything about; rows of functions that WASI does not have. */
export function gaps({ functions, rows, exported }: PageInput): string[] {
  const known = new Set(functions.flatMap((fn) => [fn.id, fn.interface]));
  const strange = rows.flatMap(({ name, proves }) =>
    proves.filter((id) => !known.has(id)).map((id) => `"${name}" proves ${id}, which WASI 0.2.12 has not`),
  );
  const silent = functions
    .filter((fn) => fn.unstable === undefined && exported.has(fn.interface) && rowsOf(fn, rows).length === 0)
    .map(({ id }) => `${id} is exported, and no row of tests/wasi-shim/rows proves it`);
  return [...strange, ...silent];
}

export function supportPage(input: PageInput): string {
  const packages = Map.groupBy(input.functions, (fn) => fn.interface.replace(/\/.*/, ""));
  const sections = [...packages].map(([name, functions]) => section(name, functions, input));
  return `${OPENING}\n${sections.join("\n")}`;
}

const OPENING = `# What of WASI 0.2 works

Every function of WASI 0.2.12, and what it does in a process of Atoll. A component that imports an earlier 0.2 gets the same. *yes*: as WASI has it. *partly*: what is missing is below the table. *no*: below the table is why; a component that imports it is refused when its system is linked, unless it says otherwise.

What a process was not granted is there and empty: no directories, no environment, no connections; \`strict: true\` refuses it when the system is linked instead.

*images*: executables for Linux, and the bare machine, which has the files of granted directories [in memory](wasi.md#directories).

This page is written by \`npm run docs:support\` from the tests in \`tests/wasi-shim/\`: each *yes* and *partly* has one that shows it, which is also how to change it ([wasi-shim/README.md](../wasi-shim/README.md)).
`;

function section(name: string, functions: readonly WasiFunction[], input: PageInput): string {
  const notes: string[] = [];
  const rows = functions.map((fn) => {
    const [linux, images] = [onLinux(fn, input), inImages(fn, input)].map((limit) => cell(limit, notes));
    return `| \`${fn.id.slice(name.length + 1)}\` | ${linux} | ${images} |`;
  });
  const below = notes.map((note, i) => `${i + 1}. ${note}`);
  return [`## ${name}`, "", "| function | Linux | images |", "|---|---|---|", ...rows, "", ...below, ""].join(
    "\n",
  );
}

/** With the number of the note that says more. */
function cell(limit: Limit | undefined, notes: string[]): string {
  if (limit === undefined) return "yes";
  const note = "partly" in limit ? limit.partly : limit.refused;
  if (!notes.includes(note)) notes.push(note);
  return `${"partly" in limit ? "partly" : "no"} (${notes.indexOf(note) + 1})`;
}

function inImages(fn: WasiFunction, input: PageInput): Limit | undefined {
  const refused = NOT_IN_IMAGES[/^wasi:([a-z]+)/.exec(fn.id)?.[1] ?? ""];
  return fn.unstable === undefined && refused !== undefined
    ? refused
    : limitOf(fn, input, ({ linux, images = linux }) => (images === "as WASI has it" ? undefined : images));
}

function onLinux(fn: WasiFunction, input: PageInput): Limit | undefined {
  return limitOf(fn, input, ({ linux }) => linux);
}

/** What is refused goes before what is missing. */
function limitOf(
  fn: WasiFunction,
  { rows, exported }: PageInput,
  limitIn: (row: Row) => Limit | undefined,
): Limit | undefined {
  if (fn.unstable !== undefined) return unstableLimit(fn.unstable);
  const about = rowsOf(fn, rows);
  if (about.length === 0 && !exported.has(fn.interface)) return { refused: "Atoll does not have it yet." };
  const limits = about.map(limitIn).filter((limit) => limit !== undefined);
  const refused = limits.find((limit) => "refused" in limit);
  const partly = limits.flatMap((limit) => ("partly" in limit ? [limit.partly] : []));
  return refused ?? (partly.length > 0 ? { partly: [...new Set(partly)].join(" ") } : undefined);
}

function unstableLimit(feature: string): Limit {
  return { refused: `Not stable in WASI 0.2.12 (feature \`${feature}\`): tools leave it out.` };
}

function rowsOf({ id, interface: face }: WasiFunction, rows: readonly Row[]): Row[] {
  return rows.filter(({ proves }) => proves.includes(id) || proves.includes(face));
}
