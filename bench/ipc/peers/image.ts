/**
 * `native-*`, `metal-*`: the guests of the `atoll-*` transports in an image, made as `atoll image` makes it.
 *
 * The image has no entry: a program in C (image/, and harness/image/) reads orders from
 * the console, runs the loops that its Wasm callers export, and takes the time around
 * them by the image's clock. The same image has the C functions of `c-call`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bestAccelerator, EMULATOR, missingEmulator, missingKvm } from "../../../host-metal/boot/emulator.ts";
import { type Accelerator, commandLine } from "../../../host-metal/boot/machine.ts";
import type { Ring } from "../../../host-metal/hal/parts.ts";
import { ImageError } from "../../../host-metal/image/error.ts";
import type { Optimisation } from "../../../host-metal/image/c-compiler.ts";
import type { Program } from "../../../host-metal/image/emit/program.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { link } from "../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { NotInstalled, type Peer } from "../../harness/peer.ts";
import { imageHash, ROOT, toolchainHash, type Workspace } from "../../harness/workspace.ts";
import { CASES } from "../cases.ts";
import { type GuestKind, guestComponent, interfacesOf } from "../guests.ts";
import type { TransportName } from "../transports.ts";
import { kindsOf } from "./atoll-direct.ts";

type Target = "linux" | "metal";

/** Whose guests are in the image. C is called in the same image as fused components. */
const GUESTS_OF: Readonly<Record<string, TransportName>> = {
  direct: "atoll-direct-wat",
  "direct-lean": "atoll-direct-lean",
  fused: "atoll-fused",
  "fused-lean": "atoll-fused-lean",
  guarded: "atoll-guarded",
  "c-call": "atoll-fused",
};

/** `fast` compiles quickly: for tests, not for quoting. */
export function imagePeer(target: Target, optimisation: Optimisation = "full"): Peer {
  return {
    async prepare(transport, workspace) {
      const missing = target === "metal" ? missingEmulator() : undefined;
      if (missing !== undefined) throw new NotInstalled(missing, "apt-get install qemu-system-x86");
      const file = await built(transport, target, optimisation, workspace);
      const isC = transport.endsWith(C);
      if (target === "linux") return { program: file, arguments: isC ? [C] : [] };
      const from = { kind: "kernel", file, words: isC ? `arg=${C}` : "" } as const;
      const machine = { from, memory: 64, serial: "stdio", accelerator: accelerator() } as const;
      return { program: EMULATOR, arguments: commandLine(machine), farewell: "end" };
    },
  };
}

const C = "c-call";

/** In ring 3 any KVM runs an image on the processor, also one that emulates ring 0. On Linux it says nothing. */
const RING: Ring = 3;

/** Of `metal-*`. Such a KVM has to be asked for: what is not measured, the boot, takes it many seconds. */
export function accelerator(): Accelerator {
  return process.env["ATOLL_ACCEL"] === "kvm" && missingKvm() === undefined ? "kvm" : bestAccelerator();
}

/** For a reader of `metal-*`. */
export function metalNote(): string {
  return accelerator() === "kvm"
    ? "metal-* ran in ring 3, in QEMU, on the processor itself (KVM)."
    : "metal-* ran in QEMU's translator (TCG), whose times say little about a processor's.";
}

/** Path of the executable. */
async function built(
  transport: string,
  target: Target,
  optimisation: Optimisation,
  workspace: Workspace,
): Promise<string> {
  const guests = GUESTS_OF[transport.slice(transport.indexOf("-") + 1)]!;
  const isFused = guests.startsWith("atoll-fused");
  const components = await componentsOf(guests, workspace);
  const inputs = [
    ...components.values(),
    toolchainHash(),
    imageHash(),
    `${isFused} ${target} ${RING} ${optimisation}`,
  ];
  const own = SOURCES.flatMap((path) => [path, readFileSync(path)]);
  const folder = await workspace.made("image", [...inputs, ...own], async (folder) => {
    const plan = linked(guests, components, isFused);
    const make = target === "linux" ? linuxImage : metalImage;
    const cache = join(workspace.folder, "image");
    const options = { output: join(folder, "peer"), cache, optimisation, ring: RING };
    try {
      await make(plan, { ...options, program: program(plan, folder) });
    } catch (error) {
      if (error instanceof ImageError) throw notInstalled(error);
      throw error;
    }
  });
  return join(folder, "peer");
}

/** Its message says what is missing, and below that how to have it. */
function notInstalled({ message }: ImageError): NotInstalled {
  const [reason = "", hint = "read what it says"] = message.split("\n");
  return new NotInstalled(reason, hint);
}

async function componentsOf(guests: TransportName, workspace: Workspace): Promise<Map<string, Uint8Array>> {
  const components = new Map<string, Uint8Array>();
  for (const kind of kindsOf(guests)) {
    for (const side of ["caller", "callee"] as const)
      components.set(`${side}-${kind}`, await guestComponent(kind, side, workspace));
  }
  return components;
}

/** All pairs of a transport in one system. */
function linked(guests: TransportName, components: Map<string, Uint8Array>, isFused: boolean): LinkPlan {
  const pair = (kind: GuestKind): [string, object][] => {
    const domain = isFused ? { domain: kind } : {};
    const imports = { [interfacesOf(kind).between]: `callee-${kind}` };
    return [
      [`caller-${kind}`, { component: `caller-${kind}`, imports, ...domain }],
      [`callee-${kind}`, { component: `callee-${kind}`, ...domain }],
    ];
  };
  const processes = Object.fromEntries(kindsOf(guests).flatMap(pair)) as Parameters<
    typeof link
  >[0]["config"]["processes"];
  return link({ config: { name: "bench-ipc", processes }, components }).plan;
}

const FOLDERS = ["bench/harness/image", "bench/ipc/image"].map((path) => join(ROOT, path));
const SOURCES: readonly string[] = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .sort()
    .map((name) => join(folder, name)),
);

/** What is generated of it lies in `folder`. */
function program(plan: LinkPlan, folder: string): Program {
  const calls = CASES.flatMap(({ name, run }) => {
    const found = callOf(plan, `bench:ipc/${run.interface ?? "runs"}#${run.function}`);
    if (found === undefined) return [];
    return [{ name, values: run.arguments, call: { ...found, symbol: `run_${name.replaceAll("-", "_")}` } }];
  });
  const text = [
    "/* Generated of cases.ts. */",
    "#include <stddef.h>",
    '#include "runs.h"',
    ...calls.flatMap(({ values, call: { symbol } }) => [
      `uint32_t ${symbol}(${[...values, 0].map(() => "uint32_t").join(", ")});`,
      `static uint32_t carry_${symbol}(uint32_t n) { return ${symbol}(${[...values, "n"].join(", ")}); }`,
    ]),
    "const struct run wasm_runs[] = {",
    ...calls.map(({ name, call: { symbol } }) => `  {"${name}", carry_${symbol}},`),
    "  {NULL, NULL},",
    "};",
    "",
  ].join("\n");
  const generated = join(folder, "wasm-runs.c");
  writeFileSync(generated, text);
  return {
    sources: [...SOURCES.filter((path) => path.endsWith(".c")), generated],
    includes: FOLDERS,
    calls: calls.map(({ call }) => call),
  };
}

/** An export of a caller, by its name. */
function callOf(
  { root, templates }: LinkPlan,
  name: string,
): Omit<Program["calls"][number], "symbol"> | undefined {
  for (const [process, { template }] of root.processes.entries()) {
    const found = templates[template]?.exports.find((it) => it.name === name);
    if (found !== undefined) return { process, item: found.func };
  }
  return undefined;
}
