/**
 * Pass: what `system.ts` asks of messages can be done.
 *
 * `checkWishes` looks at what a wire says, before it is known which calls are
 * messages; `checkMessages` at those that are.
 */
import { handlesOfFunction, printFunction, type FunctionType } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { isFused } from "../fuse/domains.ts";
import { didYouMean } from "../nearest.ts";
import { implementationOf, exportName, isHandedOn } from "./handed-on.ts";
import { exportedPort, originOf } from "./origin.ts";
import { portsOf, type MessageChoice, type ProcessNode, type Wire, type WireWishes } from "./process.ts";

/** Bits of the mask of a kernel's handle. */
const MOST_FUNCTIONS = 32;

/** @throws LinkError (`wiring`, `type`, `not-yet`) */
export function checkWishes(processes: readonly ProcessNode[]): void {
  for (const node of processes) for (const wire of node.wires) checkWish(node, wire);
}

function checkWish(node: ProcessNode, wire: Wire): void {
  const { config, provider } = wire;
  if (config === undefined || provider.kind === "device") return;
  // A component imports those functions only that it calls; the provider has all that can be meant.
  const functions = exportedPort(provider.process, provider.name)?.functions ?? [];
  const names = functions.map(({ name }) => name);
  const where = `process "${node.name}", imports "${wire.name}"`;
  checkNamed(`${where}, cast`, config.cast ?? [], names);
  checkNamed(`${where}, limits.functions`, config.limits?.functions ?? [], names);
  const said = wishOf(config);
  if (config.limits !== undefined && isHandedOn(node, wire)) throw sharedLimits(where, node);
  if (said !== undefined && isFused(node, wire)) {
    throw new LinkError(
      "not-yet",
      `${where}, ${said}: both processes are in the domain "${node.config.domain}", and Atoll cannot send messages inside a domain yet`,
      `Take out ${said}, or take one of them out of the domain.`,
    );
  }
  for (const name of names) {
    const found = implementationOf(provider.process, exportName(provider.process, provider.name, name));
    if (said !== undefined && found.kind === "device") {
      throw new LinkError(
        "wiring",
        `${where}, ${said}: its function "${name}" is one of a device, which process "${provider.process.name}" hands on, and messages go to processes`,
        `Take out ${said}.`,
      );
    }
  }
  for (const name of config.cast ?? []) {
    const type = functions.find((f) => f.name === name)?.type;
    if (type?.result !== undefined) throw castWithResult(`${where}, cast`, name, type);
  }
}

/** What a wire says that only messages can do. */
function wishOf({ cast, deadline, queue, limits }: WireWishes): string | undefined {
  const said = { cast, deadline, queue, limits };
  return Object.entries(said).find(([, value]) => value !== undefined)?.[0];
}

/** Of handles, beside the one of the process that the message is for, a message holds those of processes. */
function carriesOthers(node: ProcessNode, type: FunctionType, { provider }: Wire): boolean {
  const params = provider.kind === "spawner" ? type.params.slice(1) : type.params;
  const handles = handlesOfFunction({ ...type, params });
  return handles.some(
    ({ resource }) => originOf(node, node.component.resources.of(resource))?.kind !== "spawner",
  );
}

/** Calls of others go past this process, by handles of the kernel that are their own. */
function sharedLimits(where: string, { name }: ProcessNode): LinkError {
  return new LinkError(
    "not-yet",
    `${where}, limits: process "${name}" hands on what it imports, and Atoll cannot limit what others ask over its wire yet`,
    `Write limits at the wires that lead to process "${name}".`,
  );
}

function checkNamed(where: string, wanted: readonly string[], names: readonly string[]): void {
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new LinkError(
    "wiring",
    `${where}: the interface has no function "${unknown}".${didYouMean(unknown, names)} It has: ${names.join(", ")}.`,
  );
}

function castWithResult(where: string, name: string, type: FunctionType): LinkError {
  return new LinkError(
    "type",
    `${where}: the function "${name}" returns something, and a cast goes on before there is a result: ${printFunction(type)}`,
    "Take it out of cast, or take the result out of the function.",
  );
}

/** @throws LinkError (`limit`, `not-yet`) */
export function checkMessages(processes: readonly ProcessNode[]): void {
  for (const node of processes) {
    checkDomain(node);
    for (const wire of node.wires) checkWire(node, wire);
    for (const wire of node.standbys) checkRebinding(node, wire);
  }
}

function checkDomain({ name, config, ownStack }: ProcessNode): void {
  if (config.domain === undefined || ownStack === undefined) return;
  throw new LinkError(
    "not-yet",
    `process "${name}" is in the domain "${config.domain}", and it needs a stack of its own: ${ownStack}. Atoll cannot fuse such a process yet`,
    "Take it out of the domain.",
  );
}

function checkWire(node: ProcessNode, wire: Wire): void {
  const where = `process "${node.name}", imports "${wire.name}"`;
  const port = portsOf(node.component.world.imports).find(({ name }) => name === wire.name);
  for (const [name, choice] of wire.messages ?? []) {
    const type = port?.functions.find((f) => f.name === name)?.type;
    const member = [node, choice.receiver].find(({ config }) => config.domain !== undefined);
    const carries = type !== undefined && carriesOthers(node, type, wire);
    if (carries) throw withHandles(where, name, choice);
    if (member !== undefined) throw withMember(where, name, choice, member);
    if (choice.number >= MOST_FUNCTIONS) throw tooMany(where, name, choice);
  }
  if (node.standbys.some(({ name }) => name === wire.name)) checkRebinding(node, wire);
  checkReceivers(where, [...(wire.messages ?? [])]);
}

/** A wire is one handle of the kernel, which leads to one process. */
function checkReceivers(where: string, messages: readonly (readonly [string, MessageChoice])[]): void {
  const [first, ...others] = messages;
  const other = others.find(([, { receiver }]) => receiver !== first?.[1].receiver);
  if (first === undefined || other === undefined) return;
  throw new LinkError(
    "not-yet",
    `${where}: its functions "${first[0]}" and "${other[0]}" are messages to different processes, "${first[1].receiver.name}" and "${other[1].receiver.name}", which the provider hands on. Atoll cannot send those over one wire yet`,
    "Wire the interfaces to the processes that implement them.",
  );
}

function withHandles(where: string, name: string, { receiver, reason }: MessageChoice): LinkError {
  return new LinkError(
    "not-yet",
    `${where}: the function "${name}" carries handles of resources, and it is a message to process "${receiver.name}": ${reason}. Atoll can send handles of processes in messages, and no others yet`,
    receiver.ownStack === undefined
      ? "Take out what makes it a message."
      : `Pass a number for the resource instead. Process "${receiver.name}" has a stack of its own, since ${receiver.ownStack}.`,
  );
}

function withMember(where: string, name: string, { reason }: MessageChoice, member: ProcessNode): LinkError {
  return new LinkError(
    "not-yet",
    `${where}: the function "${name}" is a message (${reason}), and process "${member.name}" is in the domain "${member.config.domain}". Atoll cannot send messages from or to a domain yet`,
    `Take process "${member.name}" out of the domain.`,
  );
}

function tooMany(where: string, name: string, { receiver, number }: MessageChoice): LinkError {
  return new LinkError(
    "limit",
    `${where}: the function "${name}" is number ${number + 1} of its interface, and messages to process "${receiver.name}" reach the first ${MOST_FUNCTIONS}`,
    "Make two interfaces of it.",
  );
}

function checkRebinding(node: ProcessNode, { name, messages }: Wire): void {
  const [first] = messages ?? [];
  if (first === undefined) return;
  throw new LinkError(
    "not-yet",
    `process "${node.name}", imports "${name}", alternatives: the function "${first[0]}" is a message (${first[1].reason}), and Atoll cannot rebind messages yet`,
    "Take out alternatives.",
  );
}
