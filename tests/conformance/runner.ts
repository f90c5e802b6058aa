/**
 * Runs a `.wast` script of the Component Model: what passes, and why the rest does not.
 *
 * Every component that the script takes for valid must validate, every other one
 * must be refused, by the parser, the decoder or validation; the wording of
 * messages is not compared. A component that cannot run takes down what the
 * script does with it, for its own reason.
 */
import {
  decodeComponent,
  validateComponent,
  ValidationError,
  WasmError,
} from "../../toolchain/wasm/index.ts";
import type { Assembled, Assembler } from "./assembler.ts";
import { type Command, type Invocation, readCommands, type Source } from "./command.ts";
import { type ComponentInstance, type Engine, EngineError, GuestTrap } from "./engine.ts";
import { sameValue, valueOf } from "./values.ts";

/** What became of a command; no reason when it passed. */
export interface Outcome {
  readonly line: number;
  readonly kind: Command["kind"];
  readonly reason?: string;
}

/** Why a command does not pass, in one line. */
class Failure extends Error {}

interface Definition {
  readonly binary: Uint8Array;
  /** First asynchronous feature that it uses. */
  readonly async?: string | undefined;
}
type Slot<T> = { readonly value: T } | { readonly failure: Failure };

export async function runScript(script: string, assembler: Assembler, engine: Engine): Promise<Outcome[]> {
  const run = new ScriptRun(assembler, engine);
  const outcomes: Outcome[] = [];
  for (const command of readCommands(script)) {
    const { line, kind } = command;
    try {
      await run.command(command);
      outcomes.push({ line, kind });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      outcomes.push({ line, kind, reason: error.message });
    }
  }
  return outcomes;
}

class ScriptRun {
  readonly #assembler: Assembler;
  readonly #engine: Engine;
  readonly #definitions = new Map<string, Slot<Definition>>();
  readonly #instances = new Map<string, Slot<ComponentInstance>>();
  #lastDefinition: Slot<Definition> = { failure: new Failure("no component is defined") };
  #current: Slot<ComponentInstance> = { failure: new Failure("no component is instantiated") };

  constructor(assembler: Assembler, engine: Engine) {
    this.#assembler = assembler;
    this.#engine = engine;
  }

  async command(command: Command): Promise<void> {
    switch (command.kind) {
      case "component": {
        const definition = await slot(() => this.#define(command.source));
        this.#lastDefinition = definition;
        if (command.id !== undefined) this.#definitions.set(command.id, definition);
        if (command.instantiate) return this.#instantiate(definition, command.id);
        take(definition);
        return;
      }
      case "instance":
        return this.#instantiate(this.#definition(command.definition), command.id);
      case "refuse":
        return this.#refuse(command.source);
      case "invoke":
        this.#invoke(command.invocation);
        return;
      case "return":
        return this.#assertReturn(command);
      case "trap":
        return this.#assertTrap(command);
      case "unknown":
        throw new Failure(`the runner does not know the command ${command.name}`);
    }
  }

  #definition(id: string | undefined): Slot<Definition> {
    if (id === undefined) return this.#lastDefinition;
    return this.#definitions.get(id) ?? { failure: new Failure(`no component is named ${id}`) };
  }

  /** Assembles, decodes and validates what must be valid. */
  async #define(source: Source): Promise<Definition> {
    const assembled = await this.#assemble(source);
    if (assembled.kind !== "binary") throw notAssembled(source, assembled);
    try {
      const { asyncUses } = validateComponent(decodeComponent(assembled.bytes));
      return { binary: assembled.bytes, async: asyncUses[0]?.feature };
    } catch (error) {
      throw new Failure(`a valid component is refused: ${messageOf(error)}`);
    }
  }

  async #assemble(source: Source): Promise<Assembled> {
    return source.kind === "binary" ? source : this.#assembler.assemble(source.text);
  }

  async #refuse(source: Source): Promise<void> {
    const assembled = await this.#assemble(source);
    if (assembled.kind === "refused") return;
    if (assembled.kind !== "binary") throw new Failure(`the parser panics: ${assembled.message}`);
    try {
      validateComponent(decodeComponent(assembled.bytes));
    } catch (error) {
      if (error instanceof WasmError || (error instanceof ValidationError && error.kind === "invalid"))
        return;
      throw new Failure(`not refused as it should be: ${messageOf(error)}`);
    }
    throw new Failure("an invalid component is accepted");
  }

  async #instantiate(definition: Slot<Definition>, id: string | undefined): Promise<void> {
    const instance = await slot(() => this.#instance(take(definition)));
    this.#current = instance;
    if (id !== undefined) this.#instances.set(id, instance);
    take(instance);
  }

  /** @throws GuestTrap */
  #instance({ binary, async }: Definition): ComponentInstance {
    try {
      return this.#engine.instantiate(binary);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new Failure(async === undefined ? `link: ${featureOf(error)}` : `async: ${async}`);
    }
  }

  /** @throws GuestTrap */
  #invoke({ instance, name, args }: Invocation): {
    value: unknown;
    type: ReturnType<ComponentInstance["functionType"]>;
  } {
    const named = instance === undefined ? this.#current : this.#instances.get(instance);
    const callee = take(named ?? { failure: new Failure(`no instance is named ${instance}`) });
    try {
      const type = callee.functionType(name);
      const values = args.map((arg, i) => {
        const param = type.params[i];
        if (param === undefined) throw new EngineError(`${name} has only ${type.params.length} parameters`);
        return valueOf(arg, param.type);
      });
      return { value: callee.call(name, values), type };
    } catch (error) {
      if (error instanceof EngineError) throw new Failure(`link: ${featureOf(error)}`);
      throw error;
    }
  }

  #assertReturn({ invocation, results }: Extract<Command, { kind: "return" }>): void {
    const { value, type } = untrapped(() => this.#invoke(invocation));
    const [result] = results;
    const expected =
      result === undefined || type.result === undefined ? undefined : valueOf(result, type.result);
    if (!sameValue(value, expected))
      throw new Failure(`wrong: expected ${show(expected)}, found ${show(value)}`);
  }

  async #assertTrap({ action }: Extract<Command, { kind: "trap" }>): Promise<void> {
    const definition =
      action.kind === "component" ? await slot(() => this.#define(action.source)) : undefined;
    try {
      if (action.kind === "invoke") this.#invoke(action.invocation);
      else if (action.kind === "instance") this.#instance(take(this.#definition(action.definition)));
      else if (definition !== undefined) this.#instance(take(definition));
    } catch (error) {
      if (error instanceof GuestTrap) return;
      throw error;
    }
    throw new Failure("wrong: expected a trap, found none");
  }
}

function untrapped<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof GuestTrap)
      throw new Failure(`wrong: expected a result, found a trap: ${error.message}`);
    throw error;
  }
}

async function slot<T>(make: () => T | Promise<T>): Promise<Slot<T>> {
  try {
    return { value: await make() };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    if (error instanceof GuestTrap)
      return { failure: new Failure(`wrong: a trap in instantiation: ${error.message}`) };
    throw error;
  }
}

function take<T>(from: Slot<T>): T {
  if ("failure" in from) throw from.failure;
  return from.value;
}

/** The parser is older than some asynchronous forms: `canon waitable-set.wait cancellable`. */
function notAssembled(source: Source, { kind, message }: Exclude<Assembled, { kind: "binary" }>): Failure {
  const text = source.kind === "text" ? source.text : "";
  const feature = /\b(cancellable|waitable-set|subtask|stream|future|async)\b/.exec(text)?.[1];
  if (kind === "refused" && feature !== undefined)
    return new Failure(`async: ${feature} (the parser does not read it)`);
  return new Failure(`the parser ${kind === "panic" ? "panics" : "refuses a valid component"}: ${message}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** What the linker says that it cannot link, without the place. */
function featureOf({ message }: EngineError): string {
  const [first = ""] = message.split("\n");
  return /(?:uses |: )?([^:]+): Atoll cannot link that yet/.exec(first)?.[1]?.trim() ?? first;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  });
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
