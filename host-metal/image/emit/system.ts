/**
 * A plan as one C file: its instances, what they import, and what the runtime works on.
 */
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { cString } from "../c-text.ts";
import type { ModuleFacts } from "../module-facts.ts";
import type { GrantedDirectory } from "../packed.ts";
import type { Instance } from "../items.ts";
import { Parts } from "../parts.ts";
import { bindings, entryFunction } from "./bindings.ts";
import { kernelTables } from "./kernel.ts";
import { importedInstances, importFunctions } from "./imports.ts";
import { guardStatement } from "./guards.ts";
import { fillPlace, instantiation, placeCode } from "./places.ts";
import type { Program } from "./program.ts";
import { processTables } from "./processes.ts";
import { sharedTables } from "./shared.ts";

const HEADERS = [
  "accounts.h",
  "deaths.h",
  "devices/devices.h",
  "kernel/carried.h",
  "kernel/messages.h",
  "kernel/place.h",
  "kernel/spawners.h",
  "program.h",
  "system.h",
];

export interface SystemCode {
  readonly modules: readonly ModuleFacts[];
  /** Those of the system, and one of each that a place has. */
  readonly instances: readonly Instance[];
  /** The C file. It includes a header for each module, by the module's C name. */
  readonly text: string;
  /** What processes were granted and can open. */
  readonly directories: readonly GrantedDirectory[];
  /** The same, by handles. */
  readonly files: readonly GrantedDirectory[];
}

/** @throws ImageError for what an image cannot do. */
export function systemCode(plan: LinkPlan, program?: Program): SystemCode {
  const parts = new Parts(plan);
  const bound = bindings(parts);
  const entry = entryFunction(parts, program);
  for (const place of parts.places) fillPlace(parts, place);
  const processes = processTables(parts);
  const shared = sharedTables(parts);
  const kernel = kernelTables(parts, mailboxes(parts));
  const pairs: string[] = [];
  const given = importedInstances(parts, pairs);
  const ofSystem = parts.instances.filter(({ place }) => place === undefined);
  const instantiated = ofSystem.map((instance) => instantiation(instance, given));
  const guards = parts.guards.filter(({ place }) => place === undefined);
  const isConfigured =
    program !== undefined ||
    plan.root.processes[plan.root.entry?.process ?? -1]?.grants.some(
      ({ device }) => device === "atoll:device/configuration",
    );
  const fields = [
    `.name = ${cString(plan.system)}`,
    `.process_count = ${plan.root.processes.length}`,
    ".processes = processes",
    ".states = process_states",
    `.binding_count = ${bound.count}`,
    ".bindings = bindings",
    ...shared.fields,
    ...kernel.fields,
    `.entry_process = ${plan.root.entry?.process ?? 0}`,
    ".entry = enter",
    `.entry_is_configured = ${isConfigured}`,
  ];
  const statements = [
    ...instantiated,
    ...guards.map(guardStatement),
    ...processes.statements,
    ...shared.statements,
    ...kernel.statements,
    ...bound.statements,
    ...parts.natives.starts,
  ];
  const text = [
    "/* Generated of a link plan. */",
    ...HEADERS.map((file) => `#include "${file}"`),
    ...parts.modules.map(({ name }) => `#include "${name}.h"`),
    '#define BARRIER __asm__ volatile("" ::: "memory")',
    "struct pair { wasm_rt_function_ptr_t function; void *instance; };",
    ...ofSystem.map(({ module, variable }) => `static w2c_${module.name} ${variable};`),
    ...[...parts.variables].map((variable) => `static uint32_t ${variable};`),
    ...parts.natives.definitions,
    ...guards.map(({ variable }) => `static struct guard ${variable};`),
    ...pairs,
    ...importFunctions(parts),
    ...parts.places.map((place) => placeCode(parts, place, given)),
    `static struct binding bindings[${bound.count + 1}];`,
    entry,
    ...processes.definitions,
    ...shared.definitions,
    ...kernel.definitions,
    `const struct system system_plan = {${fields.join(", ")}};`,
    "void system_instantiate(void) {",
    ...statements.map((statement) => `  ${statement}`),
    "}",
    "",
  ].join("\n");
  const { instances } = parts;
  const { directories, files } = parts.natives;
  return { modules: parts.modules, instances, text, directories, files };
}

/** Instances of what takes messages out of the mail, by process. */
function mailboxes(parts: Parts): ReadonlyMap<number, readonly Instance[]> {
  return new Map(
    parts.plan.root.processes.flatMap(({ name, mailbox, spawned }, i) =>
      mailbox === undefined || spawned === true
        ? []
        : [[i, parts.adapters(`process ${name}, its mailbox`, `mailbox_${i}`, mailbox.adapters)] as const],
    ),
  );
}
