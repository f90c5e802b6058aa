/** Lean programs that use WASI, run as anybody's component: linked with the shim, under the kernel. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { runSystem, type Outcome } from "../../host-linux/index.ts";
import { builtKernel } from "../../kernel/built.ts";
import { compileLean } from "../../toolchain/compile/index.ts";
import { link, shimsFor, type SystemConfig } from "../../toolchain/link/index.ts";
import type { Grant, LinkPlan } from "../../toolchain/link/plan.ts";
import { builtShim } from "../../wasi-shim/built.ts";

/** `wasi-shim/wit/deps`, which a guest's world is written against. */
const WASI = new URL("../../wasi-shim/wit/deps", import.meta.url).pathname;
const GUESTS = new URL("guests/", import.meta.url).pathname;
const SHIM = new URL("../../wasi-shim/", import.meta.url).pathname;
const SCRIPTED = new URL("scripted/", import.meta.url).pathname;

export const CLOCK: Grant = { device: "atoll:device/clock" };
export const CONSOLE: Grant = { device: "atoll:device/console" };
export const ENTROPY: Grant = { device: "atoll:device/entropy" };
export const STDIO: Grant = { device: "atoll:device/stdio" };

export type Process = Omit<SystemConfig["processes"][string], "component">;

export interface Ran {
  /** Of standard output. */
  readonly lines: readonly string[];
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly outcome: Outcome;
}

/**
 * The component of `guests/NAME.ts`, with a world that imports what its files import. It exports `run`, and
 * what else `exports` says in WIT.
 */
export async function wasiGuest(name: string, exports = "export run: func();"): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-wasi-"));
  try {
    cpSync(GUESTS, folder, { recursive: true });
    cpSync(WASI, join(folder, "world/deps"), { recursive: true });
    cpSync(join(SCRIPTED, "scripted.wit"), join(folder, "world/deps/scripted.wit"));
    const imports = importsOf(folder, name).map((specifier) => `import ${versioned(specifier)};`);
    writeFileSync(
      join(folder, "world/world.wit"),
      `package t:guest; world guest { ${imports.join(" ")} ${exports} }`,
    );
    const app = join(folder, `${name}.ts`);
    return (await compileLean({ app, wit: join(folder, "world"), world: "guest", debug: true })).component;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The shim "base" with streams that do what a script says: `t:scripted/streams`. */
export async function scriptedShim(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-shim-"));
  try {
    cpSync(SHIM, folder, { recursive: true, filter: (path) => !path.includes("/build") });
    for (const file of ["scripted.ts", "shim.ts"]) cpSync(join(SCRIPTED, file), join(folder, file));
    cpSync(join(SCRIPTED, "scripted.wit"), join(folder, "wit/deps/scripted.wit"));
    const world = "package t:shim; world shim { include atoll:wasi/base@0.1.0; export t:scripted/streams; }";
    mkdirSync(join(folder, "world/deps"), { recursive: true });
    cpSync(join(folder, "wit/deps"), join(folder, "world/deps"), { recursive: true });
    cpSync(join(folder, "wit/worlds.wit"), join(folder, "world/deps/worlds.wit"));
    writeFileSync(join(folder, "world/world.wit"), world);
    return (
      await compileLean({
        app: join(folder, "shim.ts"),
        wit: join(folder, "world"),
        world: "shim",
        debug: true,
      })
    ).component;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One process of it, alone under the kernel; `base` in the place of the shim. */
export async function wasiPlan(
  component: Uint8Array,
  process: Process = {},
  base?: Uint8Array,
): Promise<LinkPlan> {
  const shims = [...shimsFor([component])].map(
    async (name) => [name, base ?? (await builtShim(name))] as const,
  );
  const { plan } = link({
    config: {
      name: "test",
      processes: { guest: { component: "./guest.wasm", restart: "temporary", ...process } },
      supervisor: {},
      entry: "guest",
    },
    components: new Map([["./guest.wasm", component]]),
    shims: Object.fromEntries(await Promise.all(shims)),
    kernel: await builtKernel(),
  });
  return plan;
}

/** To its end. With a `seed` time passes in sleep alone, so what the machine does meanwhile makes no difference. */
export async function runGuest(
  plan: LinkPlan,
  input: string | Uint8Array = "",
  base: string = tmpdir(),
  seed?: number,
): Promise<Ran> {
  const [out, err] = [collected(), collected()];
  const stdin = (): Readable => Readable.from(input.length === 0 ? [] : [Buffer.from(input)]);
  const streams = { stdin, stdout: out.stream, stderr: err.stream };
  const outcome = await runSystem(plan, {
    base,
    tags: false,
    ...streams,
    ...(seed !== undefined && { seed }),
  });
  const stdout = out.written();
  return {
    lines: stdout.toString().split("\n").slice(0, -1),
    stdout,
    stderr: err.written().toString(),
    outcome,
  };
}

function collected(): { readonly stream: Writable; readonly written: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, written: () => Buffer.concat(chunks) };
}

/** Interfaces that a guest's files import, those of its own files too. */
function importsOf(folder: string, name: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const text = readFileSync(join(folder, `${name}.ts`), "utf8");
  const specifiers = [...text.matchAll(/ from "([^"]+)";/g)].map(([, specifier = ""]) => specifier);
  const own = specifiers.filter((one) => one.startsWith("./"));
  return [
    ...new Set([
      ...specifiers.filter((one) => one.includes(":")),
      ...own.flatMap((one) => importsOf(folder, one.slice(2), seen)),
    ]),
  ];
}

function versioned(specifier: string): string {
  if (specifier.startsWith("t:")) return specifier;
  return `${specifier}@${specifier.startsWith("wasi:") ? "0.2.12" : "0.1.0"}`;
}
