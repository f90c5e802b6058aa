/**
 * `http` of a `system.ts`: a service, written as what it is made of.
 *
 *     listener ──requests──▶ instances of the handler, each a process with the driver
 *                                 ▲
 *     http-pool ──────spawn───────┘     under the dynamic supervisor http-workers
 *
 * What comes of it is a configuration like any other, which somebody could have
 * written by hand. docs/http.md says what each field means.
 */
import { outerNames } from "../compose/outer-names.ts";
import { LinkError } from "../error.ts";
import { findInterface, splitVersion } from "../interface-name.ts";
import { didYouMean } from "../nearest.ts";
import type { HttpLimits } from "../plan.ts";
import { console } from "./grants.ts";
import { httpServer } from "./http-grants.ts";
import type { ProcessConfig, SystemConfig } from "./system.ts";

/** A listener, and the process that answers its requests. */
export interface HttpConfig<Name extends string = string> {
  /** 0: any that is free; the system says which. */
  readonly port: number;
  /** 127.0.0.1 unless told, which this machine alone can reach; "0.0.0.0" for all. */
  readonly host?: string;
  /** The process that exports `atoll:http/handler`; its instances are made when they are needed. */
  readonly handler: Name;
  readonly instances?: {
    /** That are always there: 0 unless told. */
    readonly min?: number;
    /** At a time: 64 unless told. More than one is of use to handlers that wait for others. */
    readonly max?: number;
    /** Milliseconds without a request after which one that is over `min` ends: 10,000 unless told. */
    readonly idle?: number;
    /**
     * Whether they run in slices, so that one in an endless loop holds up nobody, which costs speed: unless told,
     * those of components of up to 4 MiB do.
     */
    readonly slices?: boolean;
  };
  readonly limits?: Partial<HttpLimits>;
}

/** Names of components that Atoll brings along, where `system.ts` has paths. */
export const HTTP_DRIVER = "atoll:http/driver";
/** Of a handler by wasi:http. */
export const HTTP_WASI_DRIVER = "atoll:http/wasi-driver";
export const HTTP_POOL = "atoll:http/pool";
/** What the processes and the supervisor are called that come of `http`. */
const POOL = "http-pool";
const WORKERS = "http-workers";

const HANDLER = "atoll:http/handler";
const WASI_HANDLER = "wasi:http/incoming-handler";
const DEFAULTS = { min: 0, max: 64, idle: 10_000 };
/** So that nobody holds up the system: a slice is some milliseconds, and the fuel lasts for months. */
const SLICES = { fuel: Number.MAX_SAFE_INTEGER, slice: 10_000_000 };
/** Bytes of a component; to count the fuel of more, such as of a large JavaScript engine, takes many seconds to link. */
const MOST_METERED = 4 * 1_048_576;

/** Bytes of memory for each byte that a body may have: JSON of small numbers takes the most, as text and as values. */
const MEMORY_PER_BYTE = 128;
const [LEAST_MEMORY, LARGEST_MEMORY] = [16 * 1_048_576, 2 ** 30];

/** Lines that say what is wrong. */
export function checkHttpService({ http, processes, supervisor }: SystemConfig): string[] {
  if (http === undefined) return [];
  const names = Object.keys(processes);
  const handler = Object.hasOwn(processes, http.handler) ? processes[http.handler] : undefined;
  const { min, max } = { ...DEFAULTS, ...http.instances };
  const used = new Set(
    (supervisor?.children ?? []).flatMap((child) => (typeof child === "string" ? [] : [child.name])),
  );
  return [
    ...(handler === undefined
      ? [
          `http.handler: there is no process "${http.handler}".${didYouMean(http.handler, names)} There are: ${names.join(", ")}.`,
        ]
      : checkHandler(http.handler, handler)),
    ...(min > max ? [`http.instances: expected min to be at most max, found min ${min}, max ${max}`] : []),
    ...[POOL, WORKERS]
      .filter((name) => names.includes(name) || used.has(name))
      .map((name) => `"${name}" is what a part of http is called; give yours another name`),
  ];
}

/** What `http` says of it, nobody else can. */
function checkHandler(name: string, process: ProcessConfig): string[] {
  return (["driver", "restart", "domain"] as const)
    .filter((field) => process[field] !== undefined)
    .map((field) => `process "${name}", ${field}: instances of http.handler are made by http; take it out`);
}

/** Without `http`; the same for a system that has none. @throws LinkError (`config`) for a handler that is none. */
export function expandHttp(
  { http, ...config }: SystemConfig,
  components: ReadonlyMap<string, Uint8Array>,
): SystemConfig {
  if (http === undefined) return config;
  const handler = config.processes[http.handler];
  if (handler === undefined) throw new TypeError("checked before: the process is there");
  const bytes = components.get(handler.component);
  const driver = driverOf(http.handler, handler, bytes);
  const isLarge = (bytes?.length ?? 0) > MOST_METERED;
  const listener = httpServer(http);
  // Who reads a body in parts, or brings a large heap, is not told how much it needs by the body's length.
  const memory = isLarge || driver !== HTTP_DRIVER ? {} : { memory: memoryFor(listener.limits.bodyBytes) };
  const { min, max, idle, slices } = { ...DEFAULTS, slices: !isLarge, ...http.instances };
  const { children = [], ...supervisor } = config.supervisor ?? {};
  const workers = { name: WORKERS, strategy: "dynamic", child: http.handler, most: max } as const;
  return {
    ...config,
    processes: {
      ...config.processes,
      [http.handler]: {
        ...handler,
        driver,
        quotas: { ...(slices && SLICES), ...memory, ...handler.quotas },
        // The request that it died in is lost; the next one is another instance's.
        restart: "temporary",
        grants: [...(handler.grants ?? []), listener],
      },
      [POOL]: {
        component: HTTP_POOL,
        imports: { "atoll:http/worker-process": { spawn: http.handler, cast: ["serve"] } },
        grants: [listener, console()],
        configuration: { min: `${min}`, max: `${max}`, idle: `${idle}` },
        priority: 3,
      },
    },
    supervisor: { ...supervisor, children: [...children, workers] },
    entry: config.entry ?? { process: POOL, function: "run" },
  };
}

/** Bytes, a whole number of pages. */
function memoryFor(bodyBytes: number): number {
  const wanted = LEAST_MEMORY + Math.ceil(bodyBytes / 1_024) * 1_024 * MEMORY_PER_BYTE;
  return Math.min(wanted, LARGEST_MEMORY);
}

/** What calls it. @throws LinkError where a driver would call something that is not there */
function driverOf(name: string, { component }: ProcessConfig, bytes: Uint8Array | undefined): string {
  // Who links says of what is missing, or no component, what is wrong with it.
  const names = bytes && outerNames(bytes)?.exports;
  if (names === undefined || findInterface(HANDLER, names) !== undefined) return HTTP_DRIVER;
  if (names.some((one) => splitVersion(one).id === WASI_HANDLER)) return HTTP_WASI_DRIVER;
  const found = names.length > 0 ? `found ${names.join(", ")}` : "found nothing";
  throw new LinkError(
    "config",
    `http.handler: expected process "${name}" (${component}) to export ${HANDLER} or ${WASI_HANDLER}, ${found}`,
    `Write "// @export ${HANDLER}" at the top of the program, and a function handle(request: Request): Response.`,
  );
}
