/**
 * Pass: everything that the linker has to know about one component by itself.
 */
import { createHash } from "node:crypto";
import { AbiError, printWorld, typesOfComponent, type FunctionType, type World } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { Graph } from "../evaluate/graph.ts";
import { bypassShims } from "./bypass-shims.ts";
import { dropIdle } from "./drop-idle.ts";
import { functionsOf, type ComponentExport, type HandedOn } from "./functions.ts";
import { decodeComponentFile, decodeCoreModule, reported } from "./decode.ts";
import { canLeaveWhileForbidden } from "./may-leave.ts";
import { ComponentResources } from "./resources.ts";
import { refuseUnsupported } from "./supported.ts";

export interface LoadedComponent {
  /** As `system.ts` names it. */
  readonly file: string;
  /** SHA-256 of the component's bytes, hexadecimal. */
  readonly hash: string;
  readonly world: World;
  /** The world as WIT text. */
  readonly wit: string;
  readonly graph: Graph;
  /** Types of the functions that the component and those in it lift, by `LiftedFunction.number`. */
  readonly lifted: readonly FunctionType[];
  readonly exports: readonly ComponentExport[];
  readonly handedOn: readonly HandedOn[];
  readonly resources: ComponentResources;
  /** `may_leave` has to be kept at run time. */
  readonly keepsMayLeave: boolean;
}

/** @throws LinkError (`component`, `not-yet`) */
export function loadComponent(bytes: Uint8Array, file: string): LoadedComponent {
  const component = decodeComponentFile(bytes, file);
  const types = resolved(file, () => typesOfComponent(component));
  const { world, lifted } = types;
  refuseUnsupported(world, file);
  const graph = reported(file, () =>
    dropIdle(bypassShims(evaluate({ component, types, file, decode: decodeCoreModule }))),
  );
  return {
    file,
    hash: createHash("sha256").update(bytes).digest("hex"),
    world,
    lifted,
    wit: printWorld(world),
    graph,
    ...functionsOf(graph, world),
    resources: new ComponentResources(graph, types, file),
    keepsMayLeave: canLeaveWhileForbidden(graph),
  };
}

/** Runs what reads types; its error becomes one that names the file. */
function resolved<T>(file: string, resolve: () => T): T {
  try {
    return resolve();
  } catch (cause) {
    if (!(cause instanceof AbiError)) throw cause;
    const code = cause.message.includes("not supported") ? "not-yet" : "component";
    throw new LinkError(code, `${file}: ${cause.message}`, undefined, { cause });
  }
}
