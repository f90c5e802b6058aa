/** A system of three: a root, a worker `main` that runs, and a dynamic supervisor of which it may spawn. */
import * as abi from "../../kernel/abi.ts";
import { Kernel, type Sizes } from "./simulator/kernel.ts";

export const ROOT = 1;
export const CHILDREN = 2;
export const WORKER = 3;

type Fields = Readonly<Record<number, number>>;

const TEMPLATES: Readonly<Record<number, Fields>> = {
  [ROOT]: { [abi.FIELD_KIND]: abi.KIND_SUPERVISOR, [abi.FIELD_WINDOW]: 1, [abi.FIELD_INTENSITY]: 3 },
  [CHILDREN]: {
    [abi.FIELD_KIND]: abi.KIND_SUPERVISOR,
    [abi.FIELD_STRATEGY]: abi.STRATEGY_DYNAMIC,
    [abi.FIELD_WINDOW]: 1,
    [abi.FIELD_INTENSITY]: 3,
    [abi.FIELD_CHILDREN]: 60_000,
  },
  [WORKER]: {
    [abi.FIELD_KIND]: abi.KIND_WORKER,
    [abi.FIELD_MAIL]: 4,
    [abi.FIELD_MAIL_BYTES]: 1000,
    [abi.FIELD_RECORDS]: 4,
    [abi.FIELD_HANDLES]: 60_000,
  },
};

export const SIZES: Sizes = { processes: 16, templates: 4, messages: 32, handles: 32, events: 8 };

export interface SmallSystem {
  readonly kernel: Kernel;
  readonly main: number;
  readonly children: number;
  /** Handle of main by which it spawns. */
  readonly spawner: number;
}

/** `worker`: fields that its template has instead. */
export function withTemplates(module: WebAssembly.Module, sizes: Sizes = SIZES, worker: Fields = {}): Kernel {
  const kernel = new Kernel(module);
  if (kernel.initialise(1, sizes) !== abi.STATUS_OK) throw new Error("the kernel does not take these sizes");
  const templates = { ...TEMPLATES, [WORKER]: { ...TEMPLATES[WORKER], ...worker } };
  for (const [template, fields] of Object.entries(templates)) {
    for (const [field, value] of Object.entries(fields)) {
      kernel.send([abi.EVENT_TEMPLATE, Number(template), Number(field), value]);
    }
  }
  return kernel;
}

/** Booted, with `main` in the middle of a turn and all commands read. */
export function smallSystem(
  module: WebAssembly.Module,
  sizes: Sizes = SIZES,
  worker: Fields = {},
): SmallSystem {
  const kernel = withTemplates(module, sizes, worker);
  const root = kernel.send([abi.EVENT_ADD, 0, ROOT, 1]);
  const main = kernel.send([abi.EVENT_ADD, root, WORKER, 2]);
  const children = kernel.send([abi.EVENT_ADD, root, CHILDREN, 3]);
  kernel.send([abi.EVENT_BOOT]);
  kernel.send([abi.EVENT_STARTED, main, 1]);
  const spawner = kernel.send([abi.EVENT_ENDOW, main, children, abi.HANDLE_SPAWN, WORKER, -1, 0]);
  kernel.send([abi.EVENT_POST, main, 0, 0, 0]);
  kernel.send([abi.EVENT_NEXT]);
  kernel.drain();
  return { kernel, main, children, spawner };
}

/** Spawns and starts a child; its pid and main's handle of it. */
export function spawn({ kernel, main, spawner }: SmallSystem): { pid: number; handle: number } {
  const handle = kernel.send([abi.EVENT_SPAWN, main, spawner, 9]);
  const start = kernel.drain().find(([kind]) => kind === abi.COMMAND_START);
  const pid = start?.[1] ?? 0;
  if (handle > 0) kernel.send([abi.EVENT_STARTED, pid, 1]);
  return { pid, handle };
}
