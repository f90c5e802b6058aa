/**
 * What the runtime has for a plan's devices and accounts: C functions, and the data of each device.
 */
import { createHash } from "node:crypto";
import {
  ACCOUNTS,
  deviceDestructor,
  type Grant,
  type KernelSource,
  type LinkPlan,
} from "../../toolchain/link/plan.ts";
import type { core } from "../../toolchain/wasm/index.ts";
import { cArguments, cParameters, cResult, cString, cText } from "./c-text.ts";
import { ImageError } from "./error.ts";
import { filesData, FILES_FUNCTIONS, hasFiles } from "./files-functions.ts";
import type { GrantedDirectory } from "./packed.ts";
import type { NativeItem } from "./items.ts";
import type { PlaceParts } from "./place-parts.ts";

interface DeviceFunction {
  readonly symbol: string;
  readonly type: core.FuncType;
}

/** Core signatures of a lifted export over the transfer memory; `devices/devices.h` declares the functions. */
const PATH: core.FuncType = { params: ["i32", "i32"], results: ["i32"] };
const NUMBER: core.FuncType = { params: [], results: ["i64"] };
const OFFSET: core.FuncType = { params: [], results: ["i32"] };
const OF_NUMBER: core.FuncType = { params: ["i32"], results: ["i32"] };
const FUNCTIONS: Readonly<Partial<Record<Grant["device"], Readonly<Record<string, DeviceFunction>>>>> = {
  "atoll:device/console": {
    "write-line": { symbol: "device_console_write_line", type: { params: ["i32", "i32"], results: [] } },
    "read-line": { symbol: "device_console_read_line", type: { params: [], results: ["i32"] } },
  },
  "atoll:device/clock": {
    now: { symbol: "device_clock_now", type: NUMBER },
    "wall-time": { symbol: "device_clock_wall_time", type: NUMBER },
  },
  "atoll:device/entropy": {
    bytes: { symbol: "device_entropy_bytes", type: { params: ["i32"], results: ["i32"] } },
    "random-u64": { symbol: "device_entropy_random_u64", type: NUMBER },
  },
  "atoll:device/configuration": {
    "get-arguments": { symbol: "device_configuration_get_arguments", type: { params: [], results: ["i32"] } },
    get: { symbol: "device_configuration_get", type: PATH },
    "get-environment": { symbol: "device_configuration_get_environment", type: OFFSET },
  },
  "atoll:device/stdio": {
    write: { symbol: "device_stdio_write", type: { params: ["i32", "i32", "i32"], results: ["i32"] } },
    read: { symbol: "device_stdio_read", type: OF_NUMBER },
    "is-terminal": { symbol: "device_stdio_is_terminal", type: OF_NUMBER },
    exit: { symbol: "device_stdio_exit", type: { params: ["i32"], results: [] } },
  },
  "atoll:kernel/time": {
    sleep: { symbol: "device_time_sleep", type: { params: ["i64"], results: [] } },
    "set-alarm": { symbol: "device_time_set_alarm", type: { params: ["i32", "i64"], results: ["i32"] } },
    "cancel-alarm": { symbol: "device_time_cancel_alarm", type: { params: ["i32"], results: ["i32"] } },
  },
  "atoll:kernel/wakeup": {
    wait: { symbol: "device_wakeup_wait", type: { params: ["i64"], results: [] } },
  },
  "atoll:kernel/process": {
    self: { symbol: "device_process_self", type: { params: [], results: ["i32"] } },
    exit: { symbol: "device_process_exit", type: { params: [], results: [] } },
  },
  "atoll:kernel/mailbox": { fullness: { symbol: "device_mailbox_fullness", type: OFFSET } },
  "atoll:kernel/capability": { held: { symbol: "device_capability_held", type: OFFSET } },
  "atoll:kernel/supervisor": {
    kill: { symbol: "device_supervisor_kill", type: OF_NUMBER },
    stop: { symbol: "device_supervisor_stop", type: OF_NUMBER },
  },
  "atoll:kernel/introspect": {
    processes: { symbol: "device_introspect_processes", type: OFFSET },
    handles: { symbol: "device_introspect_handles", type: OFFSET },
    totals: { symbol: "device_introspect_totals", type: OFFSET },
    events: { symbol: "device_introspect_events", type: OF_NUMBER },
    audit: { symbol: "device_introspect_audit", type: OF_NUMBER },
  },
  "atoll:device/directory": {
    list: { symbol: "device_directory_list", type: PATH },
    read: { symbol: "device_directory_read", type: PATH },
    "read-text": { symbol: "device_directory_read_text", type: PATH },
    stat: { symbol: "device_directory_stat", type: PATH },
    open: { symbol: "device_directory_open", type: PATH },
    "[method]file.read": {
      symbol: "device_directory_file_read",
      type: { params: ["i32", "i64", "i32"], results: ["i32"] },
    },
    "[method]file.size": {
      symbol: "device_directory_file_size",
      type: { params: ["i32"], results: ["i32"] },
    },
    [deviceDestructor("file")]: {
      symbol: "device_directory_file_drop",
      type: { params: ["i32"], results: [] },
    },
  },
  "atoll:device/files": FILES_FUNCTIONS,
};

/** Where no process was granted a directory. */
const FILES_OF_NONE: Readonly<Record<string, DeviceFunction>> = {
  preopens: { symbol: "device_files_preopens_none", type: OFFSET },
  [deviceDestructor("descriptor")]: {
    symbol: "device_files_drop_never",
    type: { params: ["i32"], results: [] },
  },
  [deviceDestructor("directory-entry-stream")]: {
    symbol: "device_files_drop_never",
    type: { params: ["i32"], results: [] },
  },
};

/** What images have in its place. */
const INSTEAD: Readonly<Record<string, string>> = {
  "atoll:device/sockets":
    " They have no TCP, no UDP and no lookup of names. Run the system on Node: atoll run.",
  "atoll:device/http-server": " They serve no HTTP. Run the system on Node: atoll run.",
  "atoll:device/http-client": " They ask no servers by HTTP. Run the system on Node: atoll run.",
};

const MESSAGE: core.FuncType = { params: ["i32", "i32"], results: ["i32"] };
const HANDLE: core.FuncType = { params: ["i32"], results: [] };

/** What adapters import of the kernel; see kernel/messages.h. */
const KERNEL: Readonly<Record<"kernel-event" | "wait", DeviceFunction>> = {
  "kernel-event": {
    symbol: "messages_event",
    type: { params: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], results: ["i32"] },
  },
  wait: { symbol: "messages_wait", type: OF_NUMBER },
};

type SpawnerSource = Extract<KernelSource, { kind: "spawner" }>;
type CarrySource = Extract<KernelSource, { kind: "carry" }>;

/** See kernel/spawners.h. */
const SPAWNERS: Readonly<Record<SpawnerSource["function"], DeviceFunction>> = {
  spawn: { symbol: "spawners_spawn", type: OFFSET },
  provider: { symbol: "spawners_provider", type: OFFSET },
  monitor: { symbol: "spawners_monitor", type: MESSAGE },
  link: { symbol: "spawners_link", type: OF_NUMBER },
  narrow: {
    symbol: "spawners_narrow",
    type: { params: ["i32", "i32", "i32", "i32", "i64"], results: ["i32"] },
  },
  revoke: { symbol: "spawners_revoke", type: OF_NUMBER },
};

/** See kernel/carried.h. */
const CARRIED: Readonly<Record<CarrySource["function"], DeviceFunction>> = {
  send: { symbol: "carried_send", type: { params: ["i32", "i32", "i32"], results: ["i32"] } },
  reply: { symbol: "carried_reply", type: MESSAGE },
  sent: { symbol: "carried_sent", type: { params: ["i32", "i32"], results: [] } },
  take: { symbol: "carried_take", type: HANDLE },
};

/** Who asks for something, and where what is asked for lies: in a place, where that is not all of the system's. */
export interface Asker {
  readonly place: PlaceParts | undefined;
  /** Expression for the position of a process of the plan, which in a place is that of who lives there. */
  readonly positionOf: (process: number) => string;
}

export class Natives {
  readonly #plan: LinkPlan;
  /** Definitions of the devices' data, by variable. */
  readonly #data = new Map<string, string>();
  /** Statements that bring devices up. */
  readonly #starts: string[] = [];
  /** That some process reaches. */
  readonly directories: GrantedDirectory[] = [];
  /** The same, by handles. */
  readonly files: GrantedDirectory[] = [];

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  /** `wanted`: what an import of the function says of it. */
  device(process: number, grant: number, name: string, wanted?: core.FuncType): NativeItem {
    const granted = this.#plan.root.processes[process]?.grants[grant];
    if (granted?.device === "atoll:device/files" && !hasFiles(this.#plan))
      return this.#filesOfNone(name, wanted);
    const known = granted && FUNCTIONS[granted.device];
    const found = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
    if (granted === undefined || found === undefined) {
      const device = granted?.device ?? `grant ${grant} of process ${process}`;
      throw new ImageError(`${device}, function ${name}: images do not have it yet.${INSTEAD[device] ?? ""}`);
    }
    return { kind: "native", ...found, context: this.#context(process, grant, granted) };
  }

  /** Where nothing was granted there is nothing to ask: whatever has a descriptor is never called. */
  #filesOfNone(name: string, wanted: core.FuncType | undefined): NativeItem {
    const known = Object.hasOwn(FILES_OF_NONE, name) ? FILES_OF_NONE[name] : undefined;
    if (known !== undefined) return { kind: "native", ...known, context: "NULL" };
    if (wanted === undefined) throw new TypeError(`${name} takes a descriptor, so an adapter calls it`);
    const [given, got] = [wanted.params, wanted.results].map((types) => types.map(String).join("_"));
    const symbol = `device_files_never_${given}_to_${got}`;
    const ignored = ["device", ...cArguments(wanted)].map((it) => `(void)${it}; `).join("");
    const head = `${cResult(wanted)} ${symbol}(${["void *device", ...cParameters(wanted)].join(", ")})`;
    this.#data.set(symbol, `static ${head} { ${ignored}device_files_never(); }`);
    return { kind: "native", symbol, type: wanted, context: "NULL" };
  }

  kernel(kind: "kernel-event" | "wait"): NativeItem {
    return { kind: "native", ...KERNEL[kind], context: "NULL" };
  }

  /** `authority`: expression for the address of the handle; NULL where there is none. */
  spawner({ process, hole, function: name }: SpawnerSource, authority: string, asker: Asker): NativeItem {
    const edge = this.#plan.root.edges.find((it) => it.consumer === process && it.hole === hole);
    const spawned =
      edge?.provider.kind === "spawner" && edge.provider.by === "spawn" ? edge.provider.process : -1;
    const tree = this.#plan.root.kernel?.tree ?? [];
    const node = tree.findIndex((it) => it.kind === "worker" && it.process === spawned);
    const fields = `${asker.positionOf(process)}, ${Math.max(node, 0)}, ${authority}`;
    const context = this.#kept(asker, "struct spawner", `spawner_${process}_${hole}`, fields);
    return { kind: "native", ...SPAWNERS[name], context };
  }

  carry({ process, function: name }: CarrySource, asker: Asker): NativeItem {
    return { kind: "native", ...CARRIED[name], context: this.#carrier(process, process, asker) };
  }

  give(from: number, to: number, asker: Asker): NativeItem {
    const context = this.#carrier(from, to, asker);
    return { kind: "native", symbol: "carried_give", type: OF_NUMBER, context };
  }

  drop(process: number, asker: Asker): NativeItem {
    const context = this.#carrier(process, process, asker);
    return { kind: "native", symbol: "carried_let_go", type: HANDLE, context };
  }

  #carrier(from: number, to: number, asker: Asker): string {
    const fields = `${asker.positionOf(from)}, ${asker.positionOf(to)}`;
    return this.#kept(asker, "struct carrier", `carrier_${from}_${to}`, fields);
  }

  /** A structure of the system's, or of the place; returns its address. */
  #kept({ place }: Asker, type: string, variable: string, fields: string): string {
    if (place !== undefined) return `&${place.filled(type, variable, fields)}`;
    this.#data.set(variable, `static ${type} ${variable} = {${fields}};`);
    return `&${variable}`;
  }

  /** What the module of the accounts imports of its host. */
  accounts(name: string): NativeItem | undefined {
    const types: Readonly<Record<string, DeviceFunction>> = {
      [ACCOUNTS.sliceEnded]: { symbol: "accounts_slice_ended", type: PATH },
      [ACCOUNTS.yield]: { symbol: "accounts_yield", type: { params: [], results: ["i32"] } },
    };
    const found = types[name];
    return found && { kind: "native", ...found, context: "NULL" };
  }

  /** Definitions in C of the data that devices work on. */
  get definitions(): readonly string[] {
    return [...this.#data.values()];
  }

  get starts(): readonly string[] {
    return this.#starts;
  }

  #context(process: number, position: number, grant: Grant): string {
    if ("denied" in grant) throw deniedDevice(this.#nameOf(process), grant.device);
    const variable = `device_${process}_${position}`;
    switch (grant.device) {
      case "atoll:device/console":
        this.#data.set(variable, this.#console(variable, process));
        break;
      case "atoll:device/stdio":
        this.#data.set(variable, this.#stdio(variable, process, grant.closed === true));
        break;
      case "atoll:device/entropy":
        this.#data.set(variable, entropy(variable, grant.seed, this.#nameOf(process)));
        break;
      case "atoll:device/configuration":
        this.#data.set(variable, configuration(variable, grant, this.#plan.root.entry?.process === process));
        break;
      case "atoll:device/directory":
        if (!this.#data.has(variable)) {
          this.#starts.push(`device_directory_start(&${variable});`);
          this.directories.push({ process: this.#nameOf(process), path: grant.path });
        }
        this.#data.set(variable, this.#directory(variable, process, grant.path));
        break;
      case "atoll:device/files":
        if (!this.#data.has(variable)) {
          const name = this.#nameOf(process);
          this.#starts.push(`device_files_start(&${variable});`);
          this.files.push(...grant.directories.map(({ path }) => ({ process: name, path })));
        }
        this.#data.set(variable, filesData(variable, this.#plan, process, grant));
        break;
      default:
        if (!grant.device.startsWith("atoll:kernel/")) return "NULL";
        this.#data.set(variable, `static struct device_kernel ${variable} = {${process}};`);
    }
    return `&${variable}`;
  }

  #nameOf(process: number): string {
    return this.#plan.root.processes[process]?.name ?? "";
  }

  #console(variable: string, process: number): string {
    return `static struct device_console ${variable} = {${this.#tag(process)}, ${process}};`;
  }

  #stdio(variable: string, process: number, isClosed: boolean): string {
    return `static struct device_stdio ${variable} = {${this.#tag(process)}, ${process}, ${isClosed}};`;
  }

  /** Its width, and its colour, are those among all that may write. */
  #tag(process: number): string {
    const writers = this.#plan.root.processes.filter(({ grants }) =>
      grants.some(({ device }) => device === "atoll:device/console" || device === "atoll:device/stdio"),
    );
    const width = Math.max(0, ...writers.map(({ name }) => name.length));
    const name = this.#nameOf(process);
    const position = writers.findIndex((writer) => writer.name === name);
    return `{${cString(name)}, ${width}, ${position}}`;
  }

  #directory(variable: string, process: number, path: string): string {
    const { tables = [], types = [] } = this.#plan.root.handles ?? {};
    const device = "atoll:device/directory";
    const table = tables.findIndex((it) => "device" in it && it.device === device);
    const type = types.findIndex((it) => "device" in it && it.device === device && it.name === "file");
    const fields = [
      cString(this.#nameOf(process)),
      cString(path),
      "NULL",
      Math.max(0, table),
      Math.max(0, type),
    ];
    return `static struct device_directory ${variable} = {${fields.join(", ")}};`;
  }
}

function deniedDevice(process: string, device: Grant["device"]): ImageError {
  const write = device === "atoll:device/clock" ? "clock()" : "entropy()";
  return new ImageError(
    `process ${process} uses WASI and was not granted ${device}, and an image has no such device that refuses. In system.ts: grants: [${write}].`,
  );
}

/** The key is what host-linux/devices/entropy.ts makes of the seed. */
function entropy(variable: string, seed: string | undefined, process: string): string {
  const key = createHash("sha256")
    .update(seed ?? "")
    .update("\0")
    .update(process)
    .digest();
  return [
    `static const uint8_t ${variable}_key[] = {${[...key].join(", ")}};`,
    `static struct device_entropy ${variable} = {.key = ${variable}_key, .is_seeded = ${seed !== undefined}};`,
  ].join("\n");
}

function configuration(
  variable: string,
  grant: Extract<Grant, { device: "atoll:device/configuration" }>,
  isEntry: boolean,
): string {
  const given = grant.arguments.map(cText);
  const values = Object.entries(grant.values).flatMap((entry) => entry.map(cText));
  const names = Object.keys(grant.environment ?? {}).sort();
  const environment = names.flatMap((name) => [cText(name), cText(grant.environment?.[name] ?? "")]);
  const list = (name: string, texts: readonly string[]): string =>
    `static const struct text ${variable}_${name}[] = {${texts.length > 0 ? texts.join(", ") : "{0}"}};`;
  const fields = [
    `${variable}_arguments, ${given.length}, ${isEntry}`,
    `${variable}_values, ${values.length}`,
    `${variable}_environment, ${environment.length}`,
  ].join(", ");
  return [
    list("arguments", given),
    list("values", values),
    list("environment", environment),
    `static struct device_configuration ${variable} = {${fields}};`,
  ].join("\n");
}
