/**
 * What the runtime is told of a system under the kernel: the tree, who is sent what, who may send.
 */
import {
  type Edge,
  kernelFields,
  type KernelPlan,
  MAIL,
  RESTARTS,
  SIGNALS,
  type TreeNode,
  type WorkerNode,
} from "../../../toolchain/link/plan.ts";
import { cString } from "../c-text.ts";
import type { ExportItem, Instance, Item } from "../items.ts";
import type { Parts } from "../parts.ts";
import { authorityTable, endowmentsOf } from "./endowments.ts";
import { ofPlace } from "./processes.ts";
import { address, wrapper, type SharedTables } from "./shared.ts";

/** The functions of kernel.wasm that a host calls. */
const FUNCTIONS = [
  "initialise",
  "version",
  "commands",
  "capacity",
  "report",
  "head",
  "tail",
  "drained",
  "event",
] as const;

/** `mailboxes`: instances of the adapters that take messages out of the mail, by process. */
export function kernelTables(
  parts: Parts,
  mailboxes: ReadonlyMap<number, readonly Instance[]>,
): SharedTables {
  const { kernel: plan, processes } = parts.plan.root;
  if (plan === undefined) return { definitions: [], statements: [], fields: [] };
  const made = processes.map((_, i) => processTables(parts, plan, i, mailboxes.get(i) ?? []));
  const mail = plan.mail === undefined ? [] : [MAIL.free, MAIL.abandon];
  return {
    definitions: [
      ...FUNCTIONS.map((name) => wrapper(`kernel_export_${name}`, parts.kernel(name))),
      ...mail.map((name) => wrapper(`mail_${name}`, parts.mail(name))),
      ...made.flatMap(({ definitions }) => definitions),
      ...plan.tree.map(
        (node, i) => `static const int32_t node_fields_${i}[] = {${kernelFields(node).flat().join(", ")}};`,
      ),
      `static const struct kernel_node kernel_nodes[] = {\n${plan.tree.map((node, i) => nodeEntry(parts, node, i)).join("\n")}\n};`,
      `static const struct kernel_process kernel_processes[] = {\n${made.map(({ entry }) => entry).join("\n")}\n};`,
      `static struct kernel_plan kernel_plan = {${planFields(parts, plan).join(", ")}};`,
    ],
    statements: [
      `kernel_plan.memory = ${address(parts.kernel("memory"))};`,
      ...(plan.mail === undefined ? [] : [`kernel_plan.mail = ${address(parts.mail(MAIL.memory))};`]),
    ],
    fields: [".kernel = &kernel_plan"],
  };
}

function planFields(parts: Parts, { tables, tree, mail }: KernelPlan): string[] {
  const isTimed = parts.plan.root.edges.some((edge) => edge.limits !== undefined || narrows(edge));
  return [
    `.node_count = ${tree.length}`,
    ".nodes = kernel_nodes",
    ".processes = kernel_processes",
    ...(parts.variables.has("asker") ? [".asker = &asker"] : []),
    ...Object.entries(tables).map(([name, size]) => `.table_${name} = ${size}`),
    `.is_timed = ${isTimed}`,
    ...FUNCTIONS.map((name) => `.${name} = kernel_export_${name}`),
    ...(mail === undefined ? [] : [".mail_free = mail_free", ".mail_abandon = mail_abandon"]),
  ];
}

/** Somebody may say of a handle how often, or until when. */
function narrows({ adapters }: Edge): boolean {
  const sources = adapters.flatMap(({ imports }) => imports.map(({ from }) => from));
  return sources.some((from) => from.kind === "spawner" && from.function === "narrow");
}

function nodeEntry(parts: Parts, node: TreeNode, i: number): string {
  const isWorker = node.kind === "worker";
  const process = isWorker ? parts.process(node.process) : undefined;
  const fields = [
    `.name = ${cString(process?.name ?? (isWorker ? "" : node.name))}`,
    `.parent = ${node.parent ?? -1}`,
    `.process = ${isWorker ? node.process : -1}`,
    `.has_stack = ${process?.ownStack !== undefined}`,
    `.restart = ${RESTARTS[node.restart]}`,
    `.fields = node_fields_${i}`,
    `.field_count = ${kernelFields(node).length}`,
    `.is_template = ${isTemplate(parts, node)}`,
    ...(isWorker ? quotaFields(parts, node) : []),
  ];
  return `  {${fields.join(", ")}},`;
}

function isTemplate({ plan }: Parts, { parent }: TreeNode): boolean {
  const over = plan.root.kernel?.tree[parent ?? -1];
  return over?.kind === "supervisor" && over.strategy === "dynamic";
}

function quotaFields(parts: Parts, { process, mail, mailBytes, records, handles }: WorkerNode): string[] {
  const { fuel = -1 } = parts.template(process).quotas;
  return Object.entries({ mail, mail_bytes: mailBytes, records, handles, fuel }).map(
    ([name, value]) => `.${name} = ${value}`,
  );
}

interface ProcessKernelTables {
  readonly definitions: readonly string[];
  readonly entry: string;
}

function processTables(
  parts: Parts,
  { tree }: KernelPlan,
  i: number,
  adapters: readonly Instance[],
): ProcessKernelTables {
  const members = membersWith(parts, i);
  const node = tree.findIndex((it) => it.kind === "worker" && members.includes(it.process));
  const { mailbox, name } = parts.process(i);
  const place = parts.place(i);
  const targets = (place === undefined ? (mailbox?.deliveries ?? []) : []).map(({ target }) =>
    parts.source(`process ${name}, its mailbox`, target, adapters),
  );
  const signals = [
    { field: "alarm", name: SIGNALS.alarm, parameters: ["uint32_t a0"] },
    { field: "notice", name: SIGNALS.notice, parameters: ["uint32_t a0", "uint32_t a1"] },
  ].flatMap((signal) => {
    const code = signalFunction(parts, members, i, signal);
    return code === undefined ? [] : [{ field: signal.field, code }];
  });
  const endowments = endowmentsOf(parts, i);
  const fields = [
    `.node = ${node}`,
    ...(targets.length > 0 ? [`.deliveries = deliveries_${i}`, `.delivery_count = ${targets.length}`] : []),
    ...signals.map(({ field }) => `.${field} = ${field}_${i}`),
    ...(parts.variables.has(`pid_${i}`) ? [`.pid = &pid_${i}`] : []),
    ...(endowments.length > 0
      ? [`.endowments = endowments_${i}`, `.endowment_count = ${endowments.length}`]
      : []),
    ...(endowments.length > 0 && place === undefined ? [`.authorities = authorities_${i}`] : []),
    ...(place === undefined ? [] : [`.place_bytes = sizeof(${place.type})`, `.make = make_${i}`]),
  ];
  const deliveries = `static const struct kernel_delivery deliveries_${i}[] = {${targets.map(delivery).join(", ")}};`;
  const given = endowments.map(({ fields }) => `{${fields.join(", ")}}`);
  return {
    definitions: [
      ...(targets.length > 0 ? [deliveries] : []),
      ...signals.map(({ code }) => code),
      ...(given.length > 0
        ? [`static const struct kernel_endowment endowments_${i}[] = {${given.join(", ")}};`]
        : []),
      ...(given.length > 0 && place === undefined ? [authorityTable(i, endowments)] : []),
    ],
    entry: `  {${fields.join(", ")}},`,
  };
}

function delivery(item: Item): string {
  const instance = item.kind === "export" ? `&${item.instance}` : "NULL";
  return `{(uint32_t (*)(void *, uint32_t))${item.symbol}, ${instance}}`;
}

function membersWith(parts: Parts, i: number): number[] {
  const { processes } = parts.plan.root;
  const domain = processes[i]?.domain;
  return processes.flatMap((process, other) =>
    other === i || (domain !== undefined && process.domain === domain) ? [other] : [],
  );
}

function call({ symbol, instance }: ExportItem, ...values: string[]): string {
  return `${symbol}(${[`&${instance}`, ...values].join(", ")});`;
}

/** What the kernel calls in a process: of a domain, in the member that has it. */
function signalFunction(
  parts: Parts,
  members: readonly number[],
  i: number,
  { field, name, parameters }: { field: string; name: string; parameters: readonly string[] },
): string | undefined {
  for (const member of members) {
    const found = parts.template(member).exports.find((it) => it.name === name);
    if (found === undefined) continue;
    const values = parameters.map((_, at) => `a${at}`);
    const after = found.postReturn && call(parts.item(member, found.postReturn));
    const statements = [call(parts.item(member, found.func), ...values), ...(after ? [after] : [])];
    return ofPlace(parts, i, (first) => `${field}_${i}(${[first, ...parameters].join(", ")})`, statements);
  }
  return undefined;
}
