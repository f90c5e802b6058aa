/**
 * The transports: what is compared, and which cases each can carry.
 *
 * A transport that cannot carry a case is left out by a rule that stands here
 * and in the report, never by chance.
 */
import { CASES, type SpecialRuns } from "./cases.ts";

export interface Transport {
  readonly name: TransportName;
  /** One line for the report. */
  readonly is: string;
  /** Why it carries `u32x2` alone; absent when it carries every case. */
  readonly onlyNumbers?: string;
  /** Cases that all others carry. */
  readonly without?: { readonly cases: readonly string[]; readonly because: string };
  /** See harness/benchmark.ts. */
  readonly group?: Target;
  /** What it carries besides the cases that all carry. */
  readonly also?: readonly SpecialRuns[];
}

export type TransportName =
  | "atoll-direct-lean"
  | "atoll-direct-wat"
  | "atoll-fused"
  | "atoll-fused-lean"
  | "atoll-guarded"
  | "atoll-revocable"
  | "floor-lean"
  | "floor-wat"
  | "raw-import"
  | "local-call"
  | "jco-1.35"
  | "jco-1.35-mm"
  | "jco-1.16-mm"
  | "jco-1.16-mm-wat"
  | `${Target}-${InImage}`
  | "pipe"
  | "unix-stream"
  | "eventfd"
  | "shm-futex"
  | "shm-spin"
  | "tcp"
  | "worker"
  | "child-process";

/** What an image runs on: Linux, or nothing. */
type Target = "native" | "metal";
/** What is measured in an image. */
type InImage = "direct" | "direct-lean" | "fused" | "fused-lean" | "guarded" | "c-call";

const NO_MEMORY = "nothing crosses from one memory into another, so only flat numbers are the same work";

function inImage(group: Target, where: string): Transport[] {
  const also = ["cell-runs"] as const;
  return [
    { name: `${group}-direct`, group, is: `atoll-direct-wat ${where}`, also: ["texts", ...also] },
    { name: `${group}-direct-lean`, group, is: `atoll-direct-lean ${where}`, also },
    { name: `${group}-fused`, group, is: `atoll-fused ${where}`, also: ["texts", ...also] },
    { name: `${group}-fused-lean`, group, is: `atoll-fused-lean ${where}`, also },
    { name: `${group}-guarded`, group, is: `atoll-guarded ${where}`, also },
    {
      name: `${group}-c-call`,
      group,
      is: `a C function that is not inlined, in the image of ${group}-fused; bytes are copied to where it allocates`,
      without: {
        cases: ["record", "strings-100"],
        because: "in C nobody would copy what is passed by a pointer, field by field",
      },
      also,
    },
  ];
}

export const TRANSPORTS: readonly Transport[] = [
  {
    name: "atoll-direct-lean",
    is: "Atoll's linker, lean (AssemblyScript) components, strings UTF-16",
    also: ["cell-runs"],
  },
  {
    name: "atoll-direct-wat",
    is: "Atoll's linker, minimal hand-written components, strings UTF-8",
    also: ["texts", "cell-runs"],
  },
  {
    name: "atoll-fused",
    is: "atoll-direct-wat with both processes in one domain: one module, optimised",
    also: ["texts", "cell-runs"],
  },
  {
    name: "atoll-fused-lean",
    is: "atoll-direct-lean with both processes in one domain",
    also: ["cell-runs"],
  },
  {
    name: "atoll-guarded",
    is: "the hand-written components over guarded bindings: the callee's death is a value at the caller",
    also: ["cell-runs"],
  },
  {
    name: "atoll-revocable",
    is: "atoll-direct-wat after the binding was taken away and given back while the system ran",
    also: ["cell-runs"],
  },
  { name: "floor-lean", is: "hand-written adapter between the same lean core modules" },
  {
    name: "floor-wat",
    is: "hand-written adapter between the same hand-written core modules",
    also: ["texts"],
  },
  { name: "raw-import", is: "a Wasm import of another instance's export", onlyNumbers: NO_MEMORY },
  {
    name: "local-call",
    is: "a call inside one module, which the engine may inline",
    onlyNumbers: NO_MEMORY,
  },
  { name: "jco-1.35", is: "jco 1.35.0, default options, the lean components with their text as UTF-8 bytes" },
  { name: "jco-1.35-mm", is: "jco 1.35.0 --multi-memory, the same components" },
  { name: "jco-1.16-mm", is: "jco 1.16.1 --multi-memory, the same components" },
  {
    name: "jco-1.16-mm-wat",
    is: "jco 1.16.1 --multi-memory, the hand-written components",
    also: ["cell-runs"],
  },
  ...inImage("native", "in a native executable (--native)"),
  ...inImage("metal", "in an image without Linux, in QEMU (--metal)"),
  { name: "pipe", is: "two Linux processes, two pipes, one core" },
  { name: "unix-stream", is: "two Linux processes, a Unix stream socket, one core" },
  {
    name: "eventfd",
    is: "two Linux processes, two eventfds, one core",
    onlyNumbers: "an eventfd carries 8 bytes",
  },
  { name: "shm-futex", is: "two Linux processes, shared memory and a futex, one core" },
  { name: "shm-spin", is: "two Linux processes, shared memory, both spinning, two cores" },
  { name: "tcp", is: "two Linux processes, TCP over loopback, one core" },
  { name: "worker", is: "Node worker_threads postMessage, one core" },
  { name: "child-process", is: "Node child_process IPC (advanced serialization), one core" },
];

/** Names of the cases that a transport carries, in their order. */
export function casesOf({ onlyNumbers, without, also = [] }: Transport): string[] {
  if (onlyNumbers !== undefined) return ["u32x2"];
  return CASES.filter(({ run }) => run.interface === undefined || also.includes(run.interface))
    .map((c) => c.name)
    .filter((name) => without?.cases.includes(name) !== true);
}

/** The transport of that name; only called with names that were listed. */
export function transportNamed(name: string): Transport {
  const found = TRANSPORTS.find((t) => t.name === name);
  if (found === undefined) throw new Error(`no transport is named ${JSON.stringify(name)}`);
  return found;
}
