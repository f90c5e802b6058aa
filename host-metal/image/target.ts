/** Where an image runs: what of the runtime it needs, and how it is compiled and linked for that. */
import type { Cache } from "./cache.ts";
import type { Compiler, Optimisation } from "./c-compiler.ts";
import type { GrantedDirectory } from "./packed.ts";
import type { SizeReport } from "./report/size-report.ts";

export interface ObjectsGiven {
  readonly compiler: Compiler;
  readonly cache: Cache;
  /** That the system opens, and what relative ones start from. */
  readonly directories: readonly GrantedDirectory[];
  /** The same, by handles. */
  readonly files: readonly GrantedDirectory[];
  readonly base: string;
  /** The folder of the runtime's headers, and a hash of them. */
  readonly runtime: string;
  /** That of headers that are generated. */
  readonly generated: string;
  readonly headers: string;
}

/** What is linked besides what the plan and the runtime are made into. */
export interface Besides {
  /** Objects, kept in the cache. */
  readonly objects: readonly string[];
  /** Bytes of memory that the system takes for it. */
  readonly needs: number;
}

export interface Target {
  /** The folder of the runtime that is its platform. */
  readonly platform: "linux" | "metal";
  /** For everything that is compiled. */
  readonly compile: readonly string[];
  readonly link: (level: Optimisation) => readonly string[];
  readonly objects: (given: ObjectsGiven) => Promise<Besides>;
  /** An option of objcopy that takes out what a debugger needs and nobody else, where `finish` does not. */
  readonly strip?: string;
  /** What becomes of the linked file and its table of lines. */
  readonly finish: (file: Uint8Array, lines: Uint8Array, level: Optimisation) => Uint8Array;
  /** What the finished file is put into, where that is not written as it is. */
  readonly pack?: (file: Uint8Array, compiler: Compiler, cache: Cache) => Promise<Packed>;
}

export interface Packed {
  readonly bytes: Uint8Array;
  /** Its own report, of that of the finished file. */
  readonly sizes: (file: SizeReport) => SizeReport;
}
