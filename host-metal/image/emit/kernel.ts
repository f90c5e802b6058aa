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
} from "../../../toolchain/link/plan.ts";
import { cString } from "../c-text.ts";
import type { ExportItem, Instance, Item, Parts } from "../parts.ts";
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
  const endowments = parts.plan.root.edges.flatMap((edge) => endowment(parts, edge));
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
      `static const struct kernel_endowment kernel_endowments[] = {\n${[...endowments, "  {0},"].join("\n")}\n};`,
      `static struct kernel_plan kernel_plan = {${planFields(parts, plan, endowments.length).join(", ")}};`,
    ],
    statements: [
      `kernel_plan.memory = ${address(parts.kernel("memory"))};`,
      ...(plan.mail === undefined ? [] : [`kernel_plan.mail = ${address(parts.mail(MAIL.memory))};`]),
    ],
    fields: [".kernel = &kernel_plan"],
  };
}

function planFields(parts: Parts, { tables, tree, mail }: KernelPlan, endowments: number): string[] {
  const isTimed = parts.plan.root.edges.some(({ limits }) => limits !== undefined);
  return [
    `.node_count = ${tree.length}`,
    ".nodes = kernel_nodes",
    ".processes = kernel_processes",
    `.endowment_count = ${endowments}`,
    ".endowments = kernel_endowments",
    ...Object.entries(tables).map(([name, size]) => `.table_${name} = ${size}`),
    `.is_timed = ${isTimed}`,
    ...FUNCTIONS.map((name) => `.${name} = kernel_export_${name}`),
    ...(mail === undefined ? [] : [".mail_free = mail_free", ".mail_abandon = mail_abandon"]),
  ];
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
  ];
  return `  {${fields.join(", ")}},`;
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
  const targets = (mailbox?.deliveries ?? []).map(({ target }) =>
    parts.source(`process ${name}, its mailbox`, target, adapters),
  );
  const signals = [
    { field: "alarm", name: SIGNALS.alarm, parameters: ["uint32_t a0"] },
    { field: "notice", name: SIGNALS.notice, parameters: ["uint32_t a0", "uint32_t a1"] },
  ].flatMap((signal) => {
    const code = signalFunction(parts, members, i, signal);
    return code === undefined ? [] : [{ field: signal.field, code }];
  });
  const fields = [
    `.node = ${node}`,
    ...(targets.length > 0 ? [`.deliveries = deliveries_${i}`, `.delivery_count = ${targets.length}`] : []),
    ...signals.map(({ field }) => `.${field} = ${field}_${i}`),
    ...(parts.variables.has(`pid_${i}`) ? [`.pid = &pid_${i}`] : []),
  ];
  const deliveries = `static const struct kernel_delivery deliveries_${i}[] = {${targets.map(delivery).join(", ")}};`;
  return {
    definitions: [...(targets.length > 0 ? [deliveries] : []), ...signals.map(({ code }) => code)],
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
    return `static void ${field}_${i}(${parameters.join(", ")}) { ${statements.join(" ")} }`;
  }
  return undefined;
}

/** What a consumer's start gives it for a wire over which it sends. */
function endowment(parts: Parts, edge: Edge): string[] {
  const sent = edge.functions.find(({ message }) => message !== undefined);
  if (edge.standby === true || sent === undefined) return [];
  const direct = edge.provider.kind === "process" ? edge.provider.process : undefined;
  const receiver = sent.handedOn?.process ?? direct;
  if (receiver === undefined) return [];
  const { limits } = edge;
  const mask = limits?.functions?.reduce((bits, number) => bits | (1 << number), 0) ?? -1;
  const fields = [
    `.process = ${edge.consumer}`,
    `.receiver = ${receiver}`,
    `.handle = &${parts.authority(edge.consumer, edge.hole)}`,
    `.mask = ${mask}`,
    `.uses = ${limits?.uses ?? 0}`,
    `.rate = ${limits?.rate ?? 0}`,
    `.is_limited = ${limits !== undefined}`,
    `.until = ${limits?.until ?? -1}`,
  ];
  return [`  {${fields.join(", ")}},`];
}
