/**
 * Mutated components: decoded, or refused with a WasmError, quickly and in little memory.
 *
 * `ATOLL_FUZZ_SECONDS` makes it run longer, `ATOLL_FUZZ_SEED` starts elsewhere.
 */
import { getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";
import {
  type Component,
  decodeComponent,
  decodeModule,
  decodeNameSection,
  encodeComponent,
  encodeModule,
  kindOfBinary,
  readInstructions,
  WasmError,
} from "../../../toolchain/wasm/index.ts";
import { BUILTINS, CORE, LINKED, TYPES } from "./texts.ts";
import { computing } from "../../thread-time.ts";
import { Corpus, Random } from "./mutate.ts";
import { assemble, bytes, COMPONENT, realModules } from "./samples.ts";
import { SECTION_KINDS } from "./section-tree.ts";

/** The same on every machine; `SECONDS` go on after them. */
const ROUNDS = 700;
const SECONDS = Number(process.env["ATOLL_FUZZ_SECONDS"] ?? 0);
const SEED = Number(process.env["ATOLL_FUZZ_SEED"] ?? 1);
/** Far beyond what an input of some kilobytes needs; a garbage collection may fall into it. */
const MAX_MILLISECONDS = 2000;
const MAX_BYTES = 64 << 20;

/** Decodes everything in a binary and encodes what was accepted. Returns what refused it. */
function exercise(binary: Uint8Array): WasmError | undefined {
  try {
    if (kindOfBinary(binary) === "module") exerciseModule(binary);
    else exerciseComponent(binary);
    return undefined;
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

function exerciseComponent(binary: Uint8Array): void {
  const component = decodeComponent(binary);
  const encoded = encodeComponent(component);
  if (!Buffer.from(encodeComponent(decodeComponent(encoded))).equals(encoded)) {
    throw new Error("what was encoded decodes to something else");
  }
  for (const module of modulesOf(component)) exerciseModule(module);
}

function modulesOf({ definitions }: Component): Uint8Array[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === "core module") return [definition.bytes];
    return definition.kind === "component" ? modulesOf(definition.component) : [];
  });
}

function exerciseModule(binary: Uint8Array): void {
  const module = decodeModule(binary);
  const encoded = encodeModule(module).bytes;
  if (!Buffer.from(encodeModule(decodeModule(encoded)).bytes).equals(encoded)) {
    throw new Error("what was encoded decodes to something else");
  }
  for (const { code } of module.code) for (const cursor of readInstructions(code)) void cursor.count;
  for (const { name, bytes } of module.customs) if (name === "name") decodeNameSection(bytes);
}

async function corpus(): Promise<Corpus> {
  const components = await Promise.all([TYPES, LINKED, BUILTINS, CORE].map(assemble));
  // What the assembler does not write: a start, and values.
  const values = bytes(COMPONENT, [12, 5, 1, 0x73, 2, 1, 0x61], [9, 4, 7, 1, 3, 2]);
  const real = realModules().find(({ name }) => name === "wasm-tools.core2.wasm");
  return new Corpus([
    ...components,
    values,
    ...(real
      ? [bytes(COMPONENT, 1, 0x80 | (real.bytes.length & 0x7f), real.bytes.length >> 7, real.bytes)]
      : []),
  ]);
}

interface Row {
  mutated: number;
  accepted: number;
  refused: number;
  slowest: number;
}

/** Runs one mutant; fails with all that is needed to run it again. */
function run(binary: Uint8Array, row: Row, what: string): void {
  const heap = getHeapStatistics().used_heap_size;
  let refusal: WasmError | undefined;
  const time = computing(() => {
    try {
      refusal = exercise(binary);
    } catch (error) {
      throw new Error(`${what}, bytes ${Buffer.from(binary).toString("hex")}`, { cause: error });
    }
  });
  if (time > MAX_MILLISECONDS) throw new Error(`${what} took ${time} ms`);
  if (getHeapStatistics().used_heap_size - heap > MAX_BYTES) throw new Error(`${what} took too much memory`);
  if (refusal !== undefined && (refusal.offset < 0 || refusal.offset > binary.length)) {
    throw new Error(`${what}: the offset ${refusal.offset} lies outside the file`);
  }
  row.mutated++;
  row.slowest = Math.max(row.slowest, time);
  if (refusal === undefined) row.accepted++;
  else row.refused++;
}

test(
  `mutants of each kind of section, seed ${SEED}`,
  async () => {
    const seeds = await corpus();
    const random = new Random(SEED);
    const rows = new Map(
      SECTION_KINDS.map((kind): [string, Row] => [kind, { mutated: 0, accepted: 0, refused: 0, slowest: 0 }]),
    );
    const end = performance.now() + SECONDS * 1000;
    for (let round = 0; round < ROUNDS || performance.now() < end; round++) {
      for (const [kind, row] of rows) {
        const { binary, changes } = seeds.mutant(kind, random);
        run(binary, row, `seed ${SEED}, round ${round}, ${kind}: ${changes.join(", ")}`);
      }
    }
    console.table(
      Object.fromEntries(
        [...rows].map(([kind, row]) => [
          kind,
          Object.assign({}, row, { slowest: `${row.slowest.toFixed(1)} ms` }),
        ]),
      ),
    );
    for (const [kind, row] of rows) {
      expect(row.mutated, kind).toBeGreaterThan(50);
      expect(row.refused, kind).toBeGreaterThan(0);
      expect(row.accepted, kind).toBeGreaterThan(0);
    }
  },
  SECONDS * 1000 + 60_000,
);
