/**
 * What a template's core instances call through slots, and with which options.
 *
 * Three kinds: functions that the component imports, functions of another
 * component nested in the same file, and built-ins for resources. Each becomes a
 * hole's function, once for each set of canonical options it is lowered with.
 */
import { printFunction, type FunctionType } from "../../abi/index.ts";
import type {
  CanonOptions,
  CoreValue,
  ExportedItem,
  Graph,
  ImportedFunction,
  LiftedFunction,
  ResourceBuiltin,
} from "../evaluate/graph.ts";
import { HANDLES_HOLE, INNER_HOLE, type CoreItem, type Template } from "../plan.ts";
import type { LoadedComponent } from "./load-component.ts";
import { portOf, portsOf } from "./process.ts";

/** Canonical options of one end of an edge, as items of its template. */
export interface EndOptions {
  readonly encoding: CanonOptions["encoding"];
  /** The component instance; see `CanonOptions.instance`. */
  readonly instance: number;
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  readonly postReturn?: CoreItem;
}

/** An imported function, lowered. */
export interface ImportCall {
  /** Of the import; the hole's function has another name when it is lowered in several ways. */
  readonly function: string;
  readonly caller: EndOptions;
}

/** A call between two component instances of one component. */
export interface InnerCall {
  readonly type: FunctionType;
  readonly caller: EndOptions;
  readonly callee: EndOptions;
  readonly core: CoreItem;
  /** Neither instance contains the other. */
  readonly mayEnter: boolean;
}

export interface TemplateBuiltin {
  readonly kind: ResourceBuiltin["name"];
  /** The component instance whose handles it works on. */
  readonly instance: number;
  /** Position in `ComponentResources.all`. */
  readonly resource: number;
}

type Slot = Template["holes"][number]["functions"][number]["slots"][number];
interface Slotted<T> {
  readonly call: T;
  readonly slots: Slot[];
  /** Instead of slots, where the import is left to the merge of a fused domain. */
  readonly direct: DirectImport[];
}

/** An import of a core instance that stays one. */
export interface DirectImport {
  readonly instance: number;
  readonly module: string;
  readonly name: string;
}

/** For people. */
const BUILTIN_TYPES: Readonly<Record<ResourceBuiltin["name"], string>> = {
  "resource.new": "func(rep: u32) -> own",
  "resource.rep": "func(handle: own) -> u32",
  "resource.drop": "func(handle: own)",
};

export class Slots {
  readonly #component: LoadedComponent;
  /** Names of the imports that stay imports. */
  readonly #direct: ReadonlySet<string>;
  readonly #item: (value: ExportedItem) => CoreItem;
  /** By hole and function; one for each set of options. */
  readonly #imports = new Map<string, Slotted<ImportCall>[]>();
  readonly #inner = new Map<string, Slotted<InnerCall>>();
  readonly #builtins = new Map<string, Slotted<TemplateBuiltin>>();

  /** `item`: where an export of the component's instances is in the template. */
  constructor(
    component: LoadedComponent,
    direct: ReadonlySet<string> = new Set(),
    item: (value: ExportedItem) => CoreItem,
  ) {
    this.#component = component;
    this.#direct = direct;
    this.#item = item;
  }

  /** What a stack trace calls a function that leaves its instance; undefined for one that does not. */
  label(value: CoreValue): string | undefined {
    if (value.kind === "export") return undefined;
    if (value.kind === "builtin") return `${value.name} ${this.#resource(value).label}`;
    const { func } = value;
    if (func.kind !== "import") return `function ${func.number}`;
    return this.#isDirect(func) ? undefined : importKey(portOf(func), func.name);
  }

  add(value: CoreValue, slot: Slot): void {
    if (value.kind === "export") return;
    if (value.kind === "builtin") return this.#addBuiltin(value, slot);
    const { func, options } = value;
    if (func.kind === "import") this.#imported(func, options).slots.push(slot);
    else this.#addInner(func, options, slot);
  }

  /** Notes an import that stays one; nothing for any other. */
  addDirect(value: CoreValue, place: DirectImport): void {
    if (value.kind !== "lowered" || value.func.kind !== "import" || !this.#isDirect(value.func)) return;
    this.#imported(value.func, value.options).direct.push(place);
  }

  #isDirect(func: ImportedFunction): boolean {
    return this.#direct.has(portOf(func));
  }

  holes(): Template["holes"] {
    const imports = portsOf(this.#component.world.imports).map((port) => ({
      name: port.name,
      functions: port.functions.flatMap(({ name, type }) => {
        const about = { type: printFunction(type), async: type.async };
        const variants = this.#imports.get(importKey(port.name, name)) ?? [];
        if (variants.length === 0) return [{ name, ...about, slots: [] }];
        return variants.map(({ slots }, i) => ({ name: variantName(name, i), ...about, slots }));
      }),
    }));
    const inner = [...this.#inner].map(([name, { call, slots }]) => {
      return { name, type: printFunction(call.type), async: call.type.async, slots };
    });
    const builtins = [...this.#builtins].map(([name, { call, slots }]) => {
      return { name, type: BUILTIN_TYPES[call.kind], async: false, slots };
    });
    const own = [
      { name: INNER_HOLE, functions: inner },
      { name: HANDLES_HOLE, functions: builtins },
    ];
    return [...imports, ...own.filter(({ functions }) => functions.length > 0)];
  }

  /** By hole and function. */
  get imports(): ReadonlyMap<string, ImportCall> {
    const all = [...this.#imports].flatMap(([key, variants]) =>
      variants.map(({ call }, i) => [variantName(key, i), call] as const),
    );
    return new Map(all);
  }
  /** By hole and function. */
  get direct(): ReadonlyMap<string, readonly DirectImport[]> {
    const all = [...this.#imports].flatMap(([key, variants]) =>
      variants.map(({ direct }, i) => [variantName(key, i), direct] as const),
    );
    return new Map(all);
  }
  get inner(): ReadonlyMap<string, InnerCall> {
    return callsOf(this.#inner);
  }
  get builtins(): ReadonlyMap<string, TemplateBuiltin> {
    return callsOf(this.#builtins);
  }

  end({ encoding, instance, memory, realloc, postReturn }: CanonOptions): EndOptions {
    return {
      encoding,
      instance,
      ...(memory && { memory: this.#item(memory) }),
      ...(realloc && { realloc: this.#item(realloc) }),
      ...(postReturn && { postReturn: this.#item(postReturn) }),
    };
  }

  #imported(func: ImportedFunction, options: CanonOptions): Slotted<ImportCall> {
    const key = importKey(portOf(func), func.name);
    const variants = this.#imports.get(key) ?? [];
    this.#imports.set(key, variants);
    const caller = this.end(options);
    const known = variants.find(({ call }) => JSON.stringify(call.caller) === JSON.stringify(caller));
    if (known) return known;
    const added = { call: { function: func.name, caller }, slots: [], direct: [] };
    variants.push(added);
    return added;
  }

  #addInner(func: LiftedFunction, options: CanonOptions, slot: Slot): void {
    const { core, number } = func;
    const type = this.#component.lifted[number];
    if (type === undefined) throw new TypeError("checked before: a lifted function has a type");
    const [caller, callee] = [this.end(options), this.end(func.options)];
    const { parents } = this.#component.graph;
    const related =
      contains(parents, caller.instance, callee.instance) ||
      contains(parents, callee.instance, caller.instance);
    // All that tells calls of one function apart.
    const { instance, encoding, memory, realloc } = caller;
    const places = [memory, realloc].map((item) => (item ? `${item.instance} ${item.export}` : "none"));
    const name = `function ${number}, from instance ${[instance, encoding, ...places].join(", ")}`;
    addTo(this.#inner, name, { type, caller, callee, core: this.#item(core), mayEnter: !related }, slot);
  }

  #addBuiltin(builtin: ResourceBuiltin, slot: Slot): void {
    const { name: kind, instance } = builtin;
    const { label, position } = this.#resource(builtin);
    const name = `${kind} ${label}${instance === 0 ? "" : `, instance ${instance}`}`;
    addTo(this.#builtins, name, { kind, instance, resource: position }, slot);
  }

  #resource({ resource }: ResourceBuiltin): { readonly label: string; readonly position: number } {
    return this.#component.resources.ofNode(resource);
  }
}

/** Key of an imported function: a hole's name, and a function of it. */
export function importKey(hole: string, name: string): string {
  return `${hole}#${name}`;
}

function variantName(name: string, position: number): string {
  return position === 0 ? name : `${name}, ${position + 1}`;
}

/** Whether a component instance is another, or around it. */
export function contains(parents: Graph["parents"], outer: number, inner: number): boolean {
  let at: number | undefined = inner;
  while (at !== undefined && at !== outer) at = parents[at];
  return at === outer;
}

function addTo<T>(all: Map<string, Slotted<T>>, name: string, call: T, slot: Slot): void {
  const known = all.get(name);
  if (known) known.slots.push(slot);
  else all.set(name, { call, slots: [slot], direct: [] });
}

function callsOf<T>(all: ReadonlyMap<string, Slotted<T>>): ReadonlyMap<string, T> {
  return new Map([...all].map(([name, { call }]) => [name, call]));
}
