/**
 * Pass: what each process is sent as a message, and the adapters that take it out of the mail.
 *
 * Filled while edges are made, like the handle plan: the first edge that sends to
 * a function of a process gives it the number of a delivery, which all others use.
 * Functions with the same options share an adapter.
 */
import { handlesOfFunction, type FunctionType } from "../../abi/index.ts";
import { emitReceiver, type ResourceUses } from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import { MAIL, type Adapter, type Mailbox, type Source } from "../plan.ts";
import {
  emitted,
  endKey,
  endOf,
  filled,
  handleSources,
  holderOf,
  sideOf,
  sourceKey,
  sourceOf,
  sourcesOf,
  type End,
  type PlacedProcess,
} from "./ends.ts";
import { LocalTypes, type HandlePlan } from "./handle-plan.ts";
import type { LivenessPlan } from "./liveness-plan.ts";
import type { BuiltTemplate } from "./template.ts";

type Exported = BuiltTemplate["exports"] extends ReadonlyMap<string, infer E> ? E : never;

interface Received {
  readonly name: string;
  /** `Delivery.number` */
  readonly number: number;
  readonly exported: Exported;
}

export class MailPlan {
  readonly #received = new Map<PlacedProcess, Received[]>();

  /**
   * The number of the delivery.
   *
   * @param name `ComponentExport.name`
   * @param number The kernel's number of the function.
   */
  delivery(process: PlacedProcess, name: string, number: number): number {
    const received = this.#received.get(process) ?? [];
    this.#received.set(process, received);
    const known = received.findIndex((delivery) => delivery.name === name);
    if (known >= 0) return known;
    const exported = process.built.exports.get(name);
    if (exported === undefined) throw new TypeError("checked before: the export is there");
    return received.push({ name, number, exported }) - 1;
  }

  /** Undefined when nothing is sent to the process. */
  mailbox(process: PlacedProcess, tables: Tables): Mailbox | undefined {
    const received = this.#received.get(process);
    if (received === undefined) return undefined;
    const groups = groupsOf(process, received);
    return {
      adapters: groups.map(({ members, end }) => receiver(process, members, end, tables)),
      deliveries: received.map((delivery) => ({
        function: delivery.name,
        number: delivery.number,
        target: {
          kind: "adapter",
          adapter: groups.findIndex(({ members }) => members.includes(delivery)),
          export: delivery.name,
        },
      })),
    };
  }
}

interface Tables {
  readonly modules: ModuleTable;
  readonly liveness: LivenessPlan;
  readonly handles: HandlePlan;
}

interface Group {
  readonly members: Received[];
  /** What each of them can be called with. */
  end: End;
}

/** As few as there can be: each is an instance, of each process that is made like this one. */
function groupsOf(process: PlacedProcess, received: readonly Received[]): Group[] {
  const groups: Group[] = [];
  for (const one of received) {
    const end = endOf(process, one.exported.end);
    const found = groups.find((group) => joined(group.end, end) !== undefined);
    if (found === undefined) groups.push({ members: [one], end });
    else {
      found.members.push(one);
      found.end = joined(found.end, end) ?? end;
    }
  }
  return groups;
}

/** An end for functions of both, where what one of them lacks is all that differs. */
function joined(a: End, b: End): End | undefined {
  const { encoding } = a.memory === undefined ? b : a;
  const both = { ...a, ...b, encoding };
  const fits = (end: End): boolean =>
    endKey({ ...both, ...end, encoding: end.memory === undefined ? encoding : end.encoding }) ===
    endKey(both);
  return fits(a) && fits(b) ? both : undefined;
}

/** The adapter for functions whose options do not contradict each other. */
function receiver(
  process: PlacedProcess,
  group: readonly Received[],
  end: End,
  { modules, liveness, handles: plan }: Tables,
): Adapter {
  const callee = { ...end, inside: liveness.mark(process.position) };
  const functions = group.map(({ name, exported: { type, end } }) => ({
    name,
    type,
    postReturn: end.postReturn !== undefined,
  }));
  const calleeMayLeave = callee.mayLeave !== undefined;
  const holder = holderOf(end);
  const carried = carriedHandles(
    functions.map(({ type }) => type),
    holder,
    plan,
  );
  const { resources } = carried;
  const spec = { callee: sideOf(callee), functions, resources, calleeMayLeave, marksCallee: true };
  const module = emitted(`process "${process.node.name}", messages to it`, () => emitReceiver(spec));
  const handles =
    resources.size > 0
      ? [...handleSources(), tableSource("callee", holder, plan), ...carried.types.imports()]
      : [];
  const sources = new Map([...sourcesOf("callee", callee), ...mailSources(process.position), ...handles]);
  for (const { name, exported } of group) {
    const { postReturn } = exported.end;
    sources.set(sourceKey("function", name), sourceOf(process, exported.item));
    if (postReturn) sources.set(sourceKey("post-return", name), sourceOf(process, postReturn));
  }
  return { module: modules.addMade("adapter", module), imports: filled(module.imports, sources) };
}

/** What a half of a message may import, in the name of a process. */
export function mailSources(process: number): [string, Source][] {
  const { memory, begin, realloc, seal, open, close, free } = MAIL;
  return [
    ...[memory, begin, realloc, seal, open, close, free].map((name): [string, Source] => [
      sourceKey("mail", name),
      { kind: "mail", export: name },
    ]),
    [sourceKey("kernel", "pid"), { kind: "pid", process }],
    ...(["send", "reply", "sent", "take"] as const).map((name): [string, Source] => [
      sourceKey("carry", name),
      { kind: "carry", process, function: name },
    ]),
  ];
}

type Holder = NonNullable<End["holder"]>;

/** The handles of these functions of a process, which messages carry. */
export function carriedHandles(
  types: readonly FunctionType[],
  { process, instance }: Holder,
  plan: HandlePlan,
): { readonly types: LocalTypes; readonly resources: ResourceUses } {
  const local = new LocalTypes(plan, process.node, process.built.resources);
  const carried = types.flatMap((type) => handlesOfFunction(type));
  const resources = new Map(
    carried.map(({ resource }) => [resource, local.use(resource, instance)] as const),
  );
  return { types: local, resources };
}

export function tableSource(
  side: "caller" | "callee",
  { process, instance }: Holder,
  plan: HandlePlan,
): [string, Source] {
  return [sourceKey(side, "table"), plan.table(process.position, instance)];
}
