/**
 * Checks of a link plan: the supervision tree, and what processes send each other.
 *
 * The kernel refuses a tree that cannot work, too, but only once the system
 * runs and by a number; here it is said where and why.
 */
import {
  ACCOUNTS,
  type LinkPlan,
  type Mailbox,
  type MergedModule,
  type Source,
  type TreeNode,
} from "./plan.ts";
import { checkAdapters, checkSource } from "./plan-check-sources.ts";
import { PlanError } from "./plan-error.ts";
import { checkModule, inRange, unique, type CheckedPlan } from "./plan-positions.ts";

type Kernel = NonNullable<LinkPlan["root"]["kernel"]>;

/** Nodes one below the other; `DEPTH_LIMIT` of kernel/abi.ts. */
const MOST_DEPTH = 32;

export function checkKernel(plan: CheckedPlan): void {
  const { kernel } = plan.root;
  if (kernel !== undefined) {
    checkModule(plan, "root.kernel.module", kernel.module, "kernel");
    if (kernel.mail !== undefined) checkModule(plan, "root.kernel.mail", kernel.mail, "mail");
    checkTree(plan, kernel);
    if (kernel.tables.processes < kernel.tree.length) {
      throw new PlanError(
        "root.kernel.tables.processes",
        `expected at least one for each of the ${kernel.tree.length} nodes of the tree, found ${kernel.tables.processes}`,
      );
    }
  }
  checkProcesses(plan);
  checkMessages(plan);
}

function checkTree({ root }: CheckedPlan, { tree }: Kernel): void {
  const depths: number[] = [];
  for (const [i, node] of tree.entries()) {
    const where = `root.kernel.tree.${i}`;
    depths.push(checkParent(tree, where, i, depths));
    if (node.backoff.first > node.backoff.limit) {
      throw new PlanError(
        `${where}.backoff`,
        `expected at most the limit, ${node.backoff.limit}, found ${node.backoff.first}`,
      );
    }
    if (node.kind === "worker") {
      const process = inRange(`${where}.process`, node.process, root.processes);
      const parent = tree[node.parent ?? -1];
      const dynamic = parent?.kind === "supervisor" && parent.strategy === "dynamic";
      if (dynamic !== (process.spawned === true))
        throw new PlanError(where, "processes that are spawned are those under a dynamic supervisor");
    } else if ((node.most !== undefined) !== (node.strategy === "dynamic")) {
      throw new PlanError(`${where}.most`, "a dynamic supervisor has it, and no other");
    }
  }
  checkDynamic(tree);
  checkLives(root, tree);
}

/** Each process is in the tree once; of the members of a domain, which are one process, the first. */
function checkLives({ processes }: CheckedPlan["root"], tree: readonly TreeNode[]): void {
  const workers = tree.flatMap((node) => (node.kind === "worker" ? [node.process] : []));
  unique(
    "root.kernel.tree",
    workers.map((process) => `process ${process}`),
  );
  const lives = processes.flatMap(({ domain }, position) => {
    const first = domain === undefined || processes.findIndex((p) => p.domain === domain) === position;
    return first ? [position] : [];
  });
  const [there, wanted] = [new Set(workers), new Set(lives)];
  const missing = lives.find((life) => !there.has(life));
  const idle = workers.find((worker) => !wanted.has(worker));
  if (missing !== undefined)
    throw new PlanError("root.kernel.tree", `process "${processes[missing]?.name}" is not in it`);
  if (idle !== undefined) {
    throw new PlanError(
      "root.kernel.tree",
      `expected the first process of a domain, found "${processes[idle]?.name}"`,
    );
  }
}

/** The node's depth: 1 for the root. */
function checkParent(
  tree: readonly TreeNode[],
  where: string,
  at: number,
  depths: readonly number[],
): number {
  const node = tree[at];
  const parent = node?.parent;
  if (at === 0) {
    if (parent !== undefined || node?.kind !== "supervisor")
      throw new PlanError(where, "expected a supervisor without parent");
    return 1;
  }
  const found = inRange(`${where}.parent`, parent ?? at, tree.slice(0, at), "an earlier node");
  if (found.kind !== "supervisor") throw new PlanError(`${where}.parent`, "expected a supervisor");
  const depth = (depths[parent ?? 0] ?? 0) + 1;
  if (depth > MOST_DEPTH)
    throw new PlanError(where, `expected at most ${MOST_DEPTH} nodes one below the other`);
  return depth;
}

function checkDynamic(tree: readonly TreeNode[]): void {
  for (const [i, node] of tree.entries()) {
    if (node.kind !== "supervisor" || node.strategy !== "dynamic") continue;
    const children = tree.filter(({ parent }) => parent === i);
    if (children.length !== 1 || children[0]?.kind !== "worker") {
      throw new PlanError(
        `root.kernel.tree.${i}`,
        "expected one worker below a dynamic supervisor: what its children are made as",
      );
    }
  }
}

function checkProcesses(plan: CheckedPlan): void {
  for (const [i, { ownStack, byMessage, spawned, mailbox, merged }] of plan.root.processes.entries()) {
    const where = `root.processes.${i}`;
    for (const [name, value] of Object.entries({ ownStack, byMessage, spawned, mailbox })) {
      if (value !== undefined && plan.root.kernel === undefined)
        throw new PlanError(`${where}.${name}`, "the plan has no kernel");
    }
    if (mailbox !== undefined) checkMailbox(plan, `${where}.mailbox`, mailbox, merged);
    if ((spawned === true) !== (merged !== undefined))
      throw new PlanError(`${where}.merged`, "what is spawned has it, and no other process");
    if (merged !== undefined) checkMergedModule(plan, i, merged);
  }
}

function checkMergedModule(plan: CheckedPlan, position: number, { module, imports }: MergedModule): void {
  const where = `root.processes.${position}.merged`;
  checkModule(plan, `${where}.module`, module, "guest");
  const shown = shownSources(plan, position);
  for (const [i, { from }] of imports.entries()) {
    const at = `${where}.imports.${i}.from`;
    checkSource(plan, at, from, []);
    if (!shown.has(JSON.stringify(from)))
      throw new PlanError(at, "expected what an adapter or a slot of the process is bound to");
  }
}

/** What is asked of a plan is read off its edges: a module gets nothing that these do not show. */
function shownSources({ root }: CheckedPlan, position: number): ReadonlySet<string> {
  const edges = root.edges.filter(({ consumer, merged }) => consumer === position && merged === true);
  const adapters = [...edges, root.processes[position]?.mailbox ?? { adapters: [] }].flatMap(
    (of) => of.adapters,
  );
  const sources: Source[] = [
    { kind: "accounts", export: ACCOUNTS.fuel },
    { kind: "accounts", export: ACCOUNTS.endedOf },
    { kind: "asker" },
    ...adapters.flatMap(({ imports }) => imports.map(({ from }) => from)),
    ...edges.flatMap(({ functions }) => functions.map(({ target }) => target)),
  ];
  return new Set(sources.map((source) => JSON.stringify(source)));
}

/** Of what is spawned, all of it is merged. */
function checkMailbox(
  plan: CheckedPlan,
  where: string,
  { adapters, deliveries }: Mailbox,
  merged: MergedModule | undefined,
): void {
  checkAdapters(plan, `${where}.adapters`, adapters, merged?.module);
  const wrong = adapters.findIndex((adapter) => (adapter.merged !== undefined) !== (merged !== undefined));
  if (wrong >= 0)
    throw new PlanError(`${where}.adapters.${wrong}.merged`, "those of what is spawned have it");
  for (const [i, { target }] of deliveries.entries())
    checkSource(plan, `${where}.deliveries.${i}.target`, target, adapters);
}

function checkMessages({ root }: CheckedPlan): void {
  for (const [i, { provider, functions, limits }] of root.edges.entries()) {
    const where = `root.edges.${i}`;
    if (limits !== undefined && root.kernel === undefined)
      throw new PlanError(`${where}.limits`, "the plan has no kernel");
    for (const [j, { message, handedOn }] of functions.entries()) {
      if (message === undefined) continue;
      const at = `${where}.functions.${j}.message`;
      if (!("process" in provider)) throw new PlanError(at, "expected a provider that is a process");
      const entered = root.processes[handedOn?.process ?? provider.process];
      inRange(`${at}.delivery`, message.delivery, entered?.mailbox?.deliveries ?? [], "a delivery");
    }
  }
}
