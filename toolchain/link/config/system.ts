/**
 * What a `system.ts` says: the processes, who may call whom, what each was granted.
 *
 * Written like the configuration of a build tool: plain data with types, so that
 * an editor completes it. Nothing is wired or granted that is not written here.
 */
import type { Grant } from "../plan.ts";
import type { HttpConfig } from "./http-service.ts";
import type { MessageConfig, SupervisedProcess, SupervisorConfig } from "./supervisor.ts";

/**
 * A whole system. `Name` is inferred: the names of the processes, so that a wire
 * to a process that does not exist is already an error in the editor.
 */
export interface SystemConfig<Name extends string = string> {
  /** Lower-case words, digits and hyphens. */
  readonly name: string;
  /** By name; the order means nothing. */
  readonly processes: Readonly<Record<Name, ProcessConfig<NoInfer<Name>>>>;
  /**
   * What runs first: a process, of which the one exported function named `run`
   * is called, or the process and the function, such as `"search:query/main#run"`.
   * Without it the system can be linked and called, but not run.
   */
  readonly entry?: NoInfer<Name> | EntryConfig<NoInfer<Name>>;
  /**
   * With it the system runs under the kernel, which supervises the processes, restarts what fails, and
   * passes messages; `{}` is enough. Without it a trap ends the system, or is a value where it is guarded.
   */
  readonly supervisor?: SupervisorConfig<NoInfer<Name>>;
  /** A listener whose requests instances of a process answer: they are made and ended as requests come. */
  readonly http?: HttpConfig<NoInfer<Name>>;
  /**
   * Path of a Unix socket, relative to `system.ts`, by which `atoll ps`, `tree`, `trace`, `kill` and `stop`
   * reach the running system; only its owner can open it. Without it nobody can. Needs a `supervisor`.
   */
  readonly control?: string;
}

export interface EntryConfig<Name extends string = string> {
  readonly process: Name;
  /** `interface#function`, or the bare name of a function of the world. The version may be left out. */
  readonly function: string;
}

/** A supervised instance of a component, with a memory of its own. */
export interface ProcessConfig<Name extends string = string> extends SupervisedProcess {
  /** A program (`./query.ts`, built first) or a component (`./build/query.wasm`), relative to `system.ts`. */
  readonly component: string;
  /**
   * The dialect of `component`, where that is a program: `"full"` is TypeScript with npm packages, in a JavaScript
   * engine. The program can say it itself: `// @dialect full`.
   */
  readonly dialect?: "lean" | "full";
  /**
   * A program or component that calls what `component` exports, in the same process: both live and die as one,
   * and what it exports is the process's. Such as a loop around a handler.
   */
  readonly driver?: string;
  /**
   * Refuse to link when the component imports WASI that nothing is granted for. Without it such an import finds
   * nothing: no directories, no environment, no network, input at its end.
   */
  readonly strict?: true;
  /**
   * Who answers each interface that the component imports:
   * `{ "search:index/api": "index" }`. The version may be left out.
   */
  readonly imports?: Readonly<Record<string, Name | WireConfig<Name> | ViewConfig<Name>>>;
  /** Which devices the process may use: `[console(), directory("./texts")]`. */
  readonly grants?: readonly Grant[];
  /** What `atoll:device/configuration` gives as arguments; grants that device. */
  readonly arguments?: readonly string[];
  /** Its keys and values; grants that device. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Its environment, names and values; grants that device. Nothing of the host's own is handed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Upper bounds that the linker builds in. */
  readonly quotas?: QuotasConfig;
  /**
   * Whose fuel is used up when another process calls this one. Without it the caller's, if it has a
   * budget; `"self"`: this one's own. Needs `quotas.fuel`.
   */
  readonly pays?: "self";
  /** How many other processes may fall when this one traps: linking fails when it is more. */
  readonly blast?: number;
  /**
   * The fault domain that the process is fused into: a name, the same for all of its members. They
   * become one module, and calls between them calls inside it; they live, are charged and are reset as one.
   */
  readonly domain?: string;
}

/** A wire that is more than the provider's name. To a process view: handles of that process (`Process.provider()`). */
export interface WireConfig<Name extends string = string> extends MessageConfig {
  readonly process: Name;
  /** What the provider calls it, such as `other:words/api@2.0.0`. */
  readonly interface?: string;
  /** Let a trap of the provider end the consumer too, although it imports the guarded view. */
  readonly plain?: true;
  /**
   * For a consumer that knows nothing of faults: what a call returns when the provider dies in it.
   * `{ err: "io" }` is the error case `io` of each function's own result, `"err"` the error of a `result`
   * that has no error type.
   */
  readonly onFault?: { readonly err: string } | "err";
  /**
   * Other processes that export the interface: whoever runs the system may put one in the provider's place
   * while it runs (`Running.rebind`), and the consumer does not notice.
   */
  readonly alternatives?: readonly Name[];
  /** Calls wait while the provider is busy with another one: they are messages. Wires in a circle need it. */
  readonly queue?: true;
}

/** A wire of an import that spawns: whom to make, a process that is the `child` of a dynamic supervisor. */
export interface SpawnConfig<Name extends string = string> extends MessageConfig {
  readonly spawn: Name;
  /** What the process that is spawned calls it. */
  readonly interface?: string;
}

/** A wire of an import that is given handles: of processes made like this one, or of this very process. */
export interface HandlesConfig<Name extends string = string> extends Omit<MessageConfig, "limits"> {
  readonly handles: Name;
  /** What those processes call it. */
  readonly interface?: string;
}

/** A wire that only the process view of an interface can have. */
export type ViewConfig<Name extends string = string> = SpawnConfig<Name> | HandlesConfig<Name>;

export interface QuotasConfig {
  /** Bytes of linear memory; a multiple of 65536. A `memory.grow` beyond it fails. */
  readonly memory?: number;
  /** Elements of each table. A `table.grow` beyond it fails. */
  readonly table?: number;
  /**
   * Units of fuel that the process may use up until it is reset; then it traps. An instruction costs 1.
   * The same work costs the same on every run and every host.
   */
  readonly fuel?: number;
  /**
   * Units of fuel after which the host is told, and may let somebody else run. It changes nothing about
   * what the process may use up; needs `fuel`.
   */
  readonly slice?: number;
  /**
   * Calls of the process that may be nested: of functions that can come to call themselves, directly or
   * over others. One more traps. The stack of the host is a bound of its own, and not the same everywhere.
   */
  readonly depth?: number;
  /**
   * Handles of resources that the process may have. Who is given one more than that traps. Of processes
   * that others give it, 256 unless said.
   */
  readonly handles?: number;
  /** Alarms, monitors and links of the kernel that it may have at a time: 16 unless said. Needs a `supervisor`. */
  readonly records?: number;
}

/** What a `system.ts` may depend on, when it is a function. */
export interface Launch {
  /** What follows `--` on the command line; empty for `atoll link`. */
  readonly arguments: readonly string[];
  /** Whether a person sits at the terminal: standard input and output are one. */
  readonly terminal: boolean;
}

/**
 * Types a system; the default export of `system.ts`. A function is given the
 * command line, for grants that depend on it.
 *
 * @example
 * export default defineSystem({
 *   name: "hello",
 *   processes: { hello: { component: "./hello.ts", grants: [console()] } },
 *   entry: "hello",
 * });
 */
export function defineSystem<const Name extends string>(system: SystemConfig<Name>): SystemConfig<Name>;
export function defineSystem<const Name extends string>(
  system: (launch: Launch) => SystemConfig<Name>,
): (launch: Launch) => SystemConfig<Name>;
export function defineSystem(system: unknown): unknown {
  return system;
}
