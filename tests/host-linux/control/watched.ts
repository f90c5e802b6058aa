/**
 * A running system without guests, to look at: a kernel that is driven by hand, and the main thread's side of it.
 *
 * `chat` supervises `front`, which calls `store`, and `rooms`, under which it spawns.
 */
import * as abi from "../../../kernel/abi.ts";
import { Control } from "../../../host-linux/control/control.ts";
import { reply } from "../../../host-linux/control/survey.ts";
import { type KernelPlan, type LinkPlan, PLAN_VERSION, type Process } from "../../../toolchain/link/plan.ts";
import { builtKernel } from "../../kernel/built.ts";
import { Kernel } from "../../kernel/simulator/kernel.ts";

const worker = {
  kind: "worker",
  restart: "permanent",
  startDeadline: 0,
  stopDeadline: 0,
  backoff: { first: 0, limit: 0 },
  priority: 1,
  mail: 4,
  mailBytes: 1000,
  records: 4,
  handles: 100,
} as const;
const supervisor = { ...worker, kind: "supervisor", intensity: 3, window: 5_000_000 } as const;

const kernelPlan: KernelPlan = {
  module: 0,
  tables: { processes: 64, messages: 64, handles: 64, events: 32 },
  tree: [
    { ...supervisor, name: "chat", strategy: "one_for_one" },
    { ...worker, parent: 0, process: 0 },
    { ...worker, parent: 0, process: 1, backoff: { first: 2000, limit: 2000 } },
    { ...supervisor, parent: 0, name: "rooms", strategy: "dynamic", most: 40 },
    { ...worker, parent: 3, process: 2 },
  ],
};

const target = { kind: "mail", export: "free" } as const;
const store: Process = {
  name: "store",
  template: 0,
  grants: [],
  mailbox: {
    adapters: [],
    deliveries: [
      { function: "chat:store/api#put", number: 0, target },
      { function: "chat:store/api#get", number: 1, target },
    ],
  },
};

const planOf = (front: string): LinkPlan => ({
  version: PLAN_VERSION,
  system: "chat",
  modules: [],
  templates: [],
  root: {
    processes: [
      { name: front, template: 0, grants: [] },
      store,
      { name: "room", template: 0, grants: [], spawned: true },
    ],
    edges: [],
    kernel: kernelPlan,
    entry: { process: 0, function: "chat:front/main#run", adapters: [], target },
  },
});

export interface Watched {
  readonly plan: LinkPlan;
  readonly kernel: Kernel;
  readonly control: Control;
  readonly pids: {
    readonly chat: number;
    readonly front: number;
    readonly store: number;
    readonly rooms: number;
  };
  /** Handles of front. */
  readonly handles: { readonly store: number; readonly rooms: number };
  /** Makes a room; returns its pid, and front's handle of it. */
  readonly spawn: () => { pid: number; handle: number };
  /** From now on the system's thread does not answer. */
  readonly hang: () => void;
}

let module: Promise<WebAssembly.Module> | undefined;

/** Booted, with front, or whatever it is called, in the turn of the entry. */
export async function watchedSystem(name = "front"): Promise<Watched> {
  const plan = planOf(name);
  module ??= builtKernel();
  const kernel = new Kernel(await module);
  kernel.initialise(1, { ...kernelPlan.tables, templates: kernelPlan.tree.length });
  const [chat = 0, front = 0, store = 0, rooms = 0] = declare(kernel);
  kernel.send([abi.EVENT_BOOT]);
  kernel.send([abi.EVENT_STARTED, front, 1]);
  kernel.send([abi.EVENT_STARTED, store, 1]);
  const handles = {
    store: kernel.send([abi.EVENT_ENDOW, front, store, abi.HANDLE_CALL, 0, -1]),
    rooms: kernel.send([abi.EVENT_ENDOW, front, rooms, abi.HANDLE_SPAWN, 5, -1]),
  };
  kernel.send([abi.EVENT_POST, front]);
  kernel.send([abi.EVENT_NEXT]);
  let hangs = false;
  const asked = {
    look: (what: number, index: number) => {
      const words = kernel.look(what, index);
      return words && Int32Array.from(words);
    },
    tellTime: () => {}, // it stands still unless a test moves it
    order: (kind: number, pid: number) => kernel.send([kind, pid]),
  };
  const control: Control = new Control(plan, kernelPlan, ({ id, question }) => {
    setImmediate(() => {
      if (!hangs) control.replied({ kind: "replied", id, reply: reply(asked, kernelPlan, question) });
    });
  });
  return {
    plan,
    kernel,
    control,
    pids: { chat, front, store, rooms },
    handles,
    spawn: () => spawn(kernel, front, handles.rooms),
    hang: () => (hangs = true),
  };
}

function declare(kernel: Kernel): number[] {
  for (const [i, node] of kernelPlan.tree.entries()) {
    const field = (name: number, value: number): number =>
      kernel.send([abi.EVENT_TEMPLATE, i + 1, name, value]);
    field(abi.FIELD_BACKOFF, node.backoff.first);
    field(abi.FIELD_BACKOFF_LIMIT, node.backoff.limit);
    if (node.kind === "supervisor") {
      field(abi.FIELD_KIND, abi.KIND_SUPERVISOR);
      field(abi.FIELD_STRATEGY, node.strategy === "dynamic" ? abi.STRATEGY_DYNAMIC : abi.STRATEGY_ONE);
      field(abi.FIELD_INTENSITY, node.intensity);
      field(abi.FIELD_WINDOW, node.window);
      field(abi.FIELD_CHILDREN, node.most ?? 0);
    } else {
      field(abi.FIELD_KIND, abi.KIND_WORKER);
      field(abi.FIELD_MAIL, node.mail);
      field(abi.FIELD_MAIL_BYTES, node.mailBytes);
      field(abi.FIELD_RECORDS, node.records);
      field(abi.FIELD_HANDLES, node.handles);
    }
  }
  const root = kernel.send([abi.EVENT_ADD, 0, 1, 0]);
  return [root, ...[2, 3, 4].map((template) => kernel.send([abi.EVENT_ADD, root, template, template - 1]))];
}

function spawn(kernel: Kernel, front: number, handle: number): { pid: number; handle: number } {
  kernel.drain();
  const own = kernel.send([abi.EVENT_SPAWN, front, handle, 0]);
  const pid = kernel.drain().find(([kind]) => kind === abi.COMMAND_START)?.[1] ?? 0;
  kernel.send([abi.EVENT_STARTED, pid, 1]);
  return { pid, handle: own };
}
