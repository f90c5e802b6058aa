/**
 * Pass: everything that the linker has to know about one component by itself.
 */
import {
  AbiError,
  printWorld,
  typesOfComponent,
  type ComponentTypes,
  type FunctionType,
  type World,
} from "../../abi/index.ts";
import type { Component } from "../../wasm/index.ts";
import { LinkError } from "../error.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { Graph } from "../evaluate/graph.ts";
import { bypassShims } from "./bypass-shims.ts";
import { dropIdle } from "./drop-idle.ts";
import { functionsOf, type ComponentExport, type HandedOn } from "./functions.ts";
import { decodeCoreModule, reported } from "./decode.ts";
import { canLeaveWhileForbidden } from "./may-leave.ts";
import { ComponentResources } from "./resources.ts";
import { refuseUnsupported } from "./supported.ts";

/** What a process is made from, decoded: one component, or several composed. */
export interface ComponentSource {
  /** As `system.ts` names it. */
  readonly file: string;
  readonly component: Component;
  /** SHA-256 of what it was decoded from, hexadecimal. */
  readonly hash: string;
  /** The interfaces of WASI that it imported before it was composed with a shim. */
  readonly wasi: readonly string[];
}

export interface LoadedComponent extends Omit<ComponentSource, "component"> {
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
export function loadComponent({ component, ...source }: ComponentSource): LoadedComponent {
  const { file } = source;
  const types = typesOf(component, file);
  const { world, lifted } = types;
  refuseUnsupported(world, file);
  const graph = reported(file, () =>
    dropIdle(bypassShims(evaluate({ component, types, file, decode: decodeCoreModule }))),
  );
  return {
    ...source,
    world,
    lifted,
    wit: printWorld(world),
    graph,
    ...functionsOf(graph, world),
    resources: new ComponentResources(graph, types, file),
    keepsMayLeave: canLeaveWhileForbidden(graph),
  };
}

/** Its types; an error of theirs becomes one that names the file. @throws LinkError (`component`, `not-yet`) */
export function typesOf(component: Component, file: string): ComponentTypes {
  try {
    return typesOfComponent(component);
  } catch (cause) {
    if (!(cause instanceof AbiError)) throw cause;
    const code = cause.message.includes("not supported") ? "not-yet" : "component";
    throw new LinkError(code, `${file}: ${cause.message}`, undefined, { cause });
  }
}
