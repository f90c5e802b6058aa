/**
 * Who implements a function that a process exports: itself, or whom it got it from.
 *
 * A function that a component exports as it imports it is followed along the
 * wires, so that a call goes to where the code is. Handles keep their identity
 * that way, and nothing is copied twice.
 */
import { LinkError } from "../error.ts";
import type { Process } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";
import { portOf, type FaultHandling, type ProcessNode, type Wire } from "./process.ts";
import { importKey } from "./slots.ts";

export type Implementation = (
  | {
      readonly kind: "process";
      readonly process: ProcessNode;
      /** `ComponentExport.name` */ readonly name: string;
    }
  | {
      readonly kind: "device";
      /** Whose grant it is. */
      readonly process: ProcessNode;
      readonly grant: number;
      readonly name: string;
    }
) & {
  /** The imports that it is handed on through, nearest first. */
  readonly through: readonly {
    readonly process: ProcessNode;
    readonly import: string;
    /** The function's name there. */
    readonly function: string;
    readonly fault: FaultHandling;
  }[];
};

/** `name`: `ComponentExport.name` of the process's component. Every import has its wire. */
export function implementationOf(process: ProcessNode, name: string): Implementation {
  const through: Implementation["through"][number][] = [];
  let at = { process, export: name };
  for (;;) {
    const func = at.process.component.handedOn.find((f) => f.name === at.export)?.func;
    if (func === undefined) return { kind: "process", process: at.process, name: at.export, through };
    const from = portOf(func);
    const wire = at.process.wires.find((w) => w.name === from);
    if (wire === undefined) throw new TypeError("checked before: every import has a wire");
    through.push({ process: at.process, import: from, function: func.name, fault: wire.fault });
    const { provider } = wire;
    if (provider.kind === "spawner") {
      throw new LinkError(
        "not-yet",
        `process "${at.process.name}" exports "${at.export}", a function of processes that it makes, and Atoll cannot hand that on yet`,
        "Export a function of its own that calls it.",
      );
    }
    if (provider.kind === "device") {
      return { kind: "device", process: at.process, grant: provider.grant, name: func.name, through };
    }
    at = { process: provider.process, export: exportName(provider.process, provider.name, func.name) };
  }
}

/** Some function that the process imports over the wire is one that it hands on. */
export function isHandedOn({ component }: ProcessNode, { name }: Wire): boolean {
  return component.handedOn.some(({ func }) => portOf(func) === name);
}

/** `ComponentExport.name` of a function of an interface, of a resource exported by itself, or of one that is. */
export function exportName({ component }: ProcessNode, port: string, name: string): string {
  const ofInterface = importKey(port, name);
  const found = [...component.exports, ...component.handedOn].some((f) => f.name === ofInterface);
  if (found) return ofInterface;
  return portOf({ name }) === name ? port : name;
}

/**
 * What a plan says of a process's functions that other processes implement.
 *
 * @param isExported Whether a process's function can be called from outside.
 */
export function handsOn(
  process: ProcessNode,
  all: ReadonlyMap<ProcessNode, PlacedProcess>,
  isExported: (implementer: PlacedProcess, name: string) => boolean,
): Pick<Process, "handsOn"> {
  const functions = process.component.handedOn.flatMap(({ name }) => {
    const found = implementationOf(process, name);
    const placed = all.get(found.process);
    if (found.kind === "device" || placed === undefined || !isExported(placed, found.name)) return [];
    return [{ name, process: placed.position, function: found.name }];
  });
  return functions.length === 0 ? {} : { handsOn: functions };
}
