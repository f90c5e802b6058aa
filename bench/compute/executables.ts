/** A program as executables for Linux: its component in an image, and the same work in C. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ImageError } from "../../host-metal/image/error.ts";
import { linuxImage } from "../../host-metal/image/linux.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { imageHash, ROOT, type Workspace } from "../harness/workspace.ts";

/** An executable that runs rounds, and takes their times itself. */
export interface Executable {
  run(round: number): Promise<{ readonly milliseconds: number; readonly checksum: number }>;
  end(): void;
}

const RUNTIME = ["host-metal/image/runtime", "host-metal/image/runtime/include"];
const ORDERS = "bench/harness/image";
const FLAGS = ["-O2", "-std=gnu11", "-Wall"];

function files(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name));
}

/** Path of an executable, made as `atoll image` makes it. @throws ImageError where a tool is missing. */
export async function nativeImage(plan: LinkPlan, inputs: Uint8Array, workspace: Workspace): Promise<string> {
  const own = [ORDERS, "bench/compute/image"].flatMap(files);
  const keys = [inputs, imageHash(), ...own.map((path) => readFileSync(path))];
  const folder = await workspace.made("compute-image", keys, async (folder) => {
    const named = (end: string) => plan.templates[0]?.exports.find(({ name }) => name.endsWith(end));
    const [run, load] = [named("#run"), named("#load")];
    if (run === undefined || load?.memory === undefined || load.realloc === undefined)
      throw new Error("a program has no functions run and load");
    const items = { run: run.func, load: load.func, realloc: load.realloc, memory: load.memory };
    const calls = Object.entries(items).map(([name, item]) => ({
      symbol: `guest_${name}`,
      process: 0,
      item,
    }));
    const sources = own.filter((path) => path.endsWith(".c"));
    const includes = [join(ROOT, ORDERS)];
    const options = { output: join(folder, "program"), cache: join(workspace.folder, "image") };
    await linuxImage(plan, { ...options, program: { sources, includes, calls } });
  });
  return join(folder, "program");
}

/** Path of the program in C. @throws ImageError where there is no compiler. */
export async function inC(name: string, workspace: Workspace): Promise<string> {
  const own = [...files(ORDERS), ...files("bench/compute/c")];
  const headers = RUNTIME.flatMap((folder) => files(folder)).filter((path) => path.endsWith(".h"));
  const texts = [...own, ...headers].map((path) => readFileSync(path));
  const folder = await workspace.made(`compute-c-${name}`, [...FLAGS, ...texts], async (folder) => {
    const sources = [`${ORDERS}/orders.c`, "bench/compute/c/main.c", `bench/compute/c/${name}.c`];
    const includes = [ORDERS, "bench/compute/c", ...RUNTIME].map((path) => `-I${join(ROOT, path)}`);
    const paths = sources.map((path) => join(ROOT, path));
    const compiler = process.env["CC"] ?? "cc";
    const { status, stderr, error } = spawnSync(
      compiler,
      [...FLAGS, ...includes, "-o", join(folder, "program"), ...paths],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new ImageError(`${compiler} made no program: ${error?.message ?? stderr}`);
  });
  return join(folder, "program");
}

/** Starts it, and hands the text over. */
export async function startedAlone(path: string, text: Uint8Array): Promise<Executable> {
  const child = spawn(path, [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true || value.startsWith("error ")) throw new Error(`${path} ended: ${value ?? ""}`);
    return value;
  };
  await once(child, "spawn");
  child.stdin.write(`text ${text.length}\n`);
  child.stdin.write(text);
  if ((await line()) !== "ready") throw new Error(`${path} is not ready`);
  return {
    async run(round) {
      child.stdin.write(`run ${round}\n`);
      const [nanoseconds, checksum] = (await line()).split(" ").map(Number);
      return { milliseconds: nanoseconds! / 1e6, checksum: checksum! };
    },
    end: () => void child.stdin.end(),
  };
}
