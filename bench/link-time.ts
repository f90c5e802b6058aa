/**
 * `npm run bench:link-time`: how long `link` takes with a component of 10 MB, in s.
 *
 * The component is made of the compute programs: their compiled functions, over
 * and over, each copy calling its own. So it is code as a compiler writes it, and
 * the same bytes on each run. `--json` prints for programs.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileLean } from "../toolchain/compile/index.ts";
import { link, type LinkInput } from "../toolchain/link/index.ts";
import {
  CodeWriter,
  decodeComponent,
  decodeModule,
  encodeComponent,
  encodeModule,
  index,
  readInstructions,
  type CoreFuncIndex,
  type CoreModule,
} from "../toolchain/wasm/index.ts";

const BYTES = 10_000_000;
const LIMIT = 2;
const RUNS = 5;
const PROGRAM = "json-scan";

interface Mode {
  readonly mode: string;
  readonly fuel?: number;
  readonly reset?: boolean;
}
const MODES: readonly Mode[] = [
  { mode: "plain" },
  { mode: "with reset", reset: true },
  { mode: "metered", fuel: 1e9 },
  { mode: "metered, with reset", fuel: 1e9, reset: true },
];

const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
const bytes = enlarged(await built());
const modes = MODES.filter(({ mode }) => values.only === undefined || values.only === mode);
const results = modes.map((mode) => ({ mode: mode.mode, seconds: best(mode) }));
process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report());

async function built(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-link-time-"));
  try {
    const output = join(folder, "program.wasm");
    await compileLean({ app: join(import.meta.dirname, `compute/programs/${PROGRAM}.ts`), output });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The component with so many copies of its functions that it has at least `BYTES`. */
function enlarged(component: Uint8Array): Uint8Array {
  const { definitions } = decodeComponent(component);
  let grown = 0;
  return encodeComponent({
    definitions: definitions.map((definition) => {
      if (definition.kind !== "core module" || grown++ > 0) return definition;
      return { ...definition, bytes: copied(decodeModule(definition.bytes)) };
    }),
  });
}

function copied(module: CoreModule): Uint8Array {
  const size = module.code.reduce((sum, { code }) => sum + code.length, 0);
  const copies = Math.ceil(BYTES / size);
  const imported = module.imports.filter(({ type }) => type.kind === "func").length;
  const code = Array.from({ length: copies }, (_, copy) =>
    module.code.map((body) => ({
      ...body,
      code: shifted(body.code, imported, copy * module.functions.length),
    })),
  );
  return encodeModule({
    ...module,
    customs: [],
    functions: Array.from({ length: copies }, () => module.functions).flat(),
    code: code.flat(),
  }).bytes;
}

/** The code with its calls of the module's own functions moved. */
function shifted(code: Uint8Array, imported: number, by: number): Uint8Array {
  const out = new CodeWriter();
  for (const cursor of readInstructions(code)) {
    const own = cursor.mnemonic === "call" && cursor.operand(0).value >= imported;
    if (own) out.call(index<CoreFuncIndex>(cursor.operand(0).value + by));
    else out.raw(code.subarray(cursor.start, cursor.end));
  }
  return out.bytes();
}

function best({ fuel, reset }: Mode): number {
  const quotas = fuel === undefined ? {} : { fuel };
  const input: LinkInput = {
    config: { name: "large", processes: { large: { component: "./large.wasm", quotas } } },
    components: new Map([["./large.wasm", bytes]]),
    ...(reset !== undefined && { reset }),
  };
  return Math.min(...Array.from({ length: RUNS }, () => seconds(() => link(input))));
}

function seconds(run: () => unknown): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

function report(): string {
  const lines = results.map((result) => {
    const verdict = result.seconds <= LIMIT ? "within" : "OVER";
    return `${result.mode.padEnd(20)} ${result.seconds.toFixed(2).padStart(6)} s, ${verdict} the limit of ${LIMIT} s`;
  });
  return `link, a component of ${(bytes.length / 1e6).toFixed(1)} MB, the best of ${RUNS}\n${lines.join("\n")}\n`;
}
