/**
 * What has to hold after every event, from what the kernel says of itself by
 * EVENT_LOOK, from what it commanded, and from nothing else.
 *
 * These are the promises of docs/kernel.md. They know no rule of how the kernel
 * gets there, so they would find a fault that the model shares.
 */
import * as abi from "../../../kernel/abi.ts";
import type { Kernel, Sizes } from "./kernel.ts";
import { check, wideOf } from "./model/state.ts";
import type { Command, KernelEvent } from "./names.ts";

interface Row {
  readonly pid: number;
  readonly life: number;
  readonly state: number;
  readonly parent: number;
  readonly mail: number;
  readonly handles: number;
  readonly owner: number;
  readonly template: number;
  readonly waitsFor: number;
}

/** Commands that are over once they are carried out. */
const PASSING: ReadonlySet<number> = new Set([abi.COMMAND_RUN, abi.COMMAND_WAKE, abi.COMMAND_DISCARD]);

export class Invariants {
  readonly #kernel: Kernel;
  readonly #sizes: Sizes;
  /** Lives that the host was told to start and that have not ended, by pid. */
  readonly #running = new Map<number, number>();
  readonly #lives = new Map<number, number>();
  /** Who is inside a message now. */
  readonly #entered = new Set<number>();
  /** Fields of templates, by template. */
  readonly #templates = new Map<number, Map<number, number>>();
  /** Lives that an operator stopped, by pid. */
  readonly #stopped = new Map<number, number>();
  /** What the plan has given anybody of a process, or of a template under a supervisor: masks of functions. */
  readonly #given = new Map<string, number>();
  #cpu = 0;

  constructor(kernel: Kernel, sizes: Sizes) {
    this.#kernel = kernel;
    this.#sizes = sizes;
  }

  /** `tables`: look through all tables too, which takes the longer the larger they are. */
  check(event: KernelEvent, status: number, commands: readonly Command[], tables: boolean): void {
    this.#follow(event, status);
    for (const command of commands) this.#obey(command);
    this.#runsLast(event, status, commands);
    this.#history(event, commands);
    if (event[0] === abi.EVENT_TEMPLATE || !tables) return;
    const rows = this.#rows();
    this.#family(rows);
    this.#liveness(rows);
    this.#whatMustRun(rows);
    this.#nothingOfTheDead(rows);
    this.#handles(rows);
    this.#accounting(rows);
  }

  #follow([kind, a = 0, b = 0, c = 0, d = 0, e = 0]: KernelEvent, status: number): void {
    if (status < 0) return;
    if (kind === abi.EVENT_TEMPLATE) this.#fields(a).set(b, c);
    if (kind === abi.EVENT_ENDOW) this.#give(b, c, d, e);
    if (kind === abi.EVENT_STOP) this.#stopped.set(a, this.#lifeOf(a));
    if (kind === abi.EVENT_ENDED) this.#left(a);
    if (kind === abi.EVENT_USED) this.#cpu += b;
    if (kind === abi.EVENT_DONE || kind === abi.EVENT_NEXT) this.#entered.delete(a);
    if (kind === abi.EVENT_CALL && status === abi.CALL_DIRECT) this.#enter(this.#runningPid());
  }

  #give(provider: number, kind: number, object: number, mask: number): void {
    const key = authorityOf(provider, kind, object);
    this.#given.set(key, (this.#given.get(key) ?? 0) | mask);
  }

  #fields(template: number): Map<number, number> {
    const fields = this.#templates.get(template) ?? new Map<number, number>();
    this.#templates.set(template, fields);
    return fields;
  }

  #field(row: Row, field: number): number {
    return this.#fields(row.template).get(field) ?? 0;
  }

  #lifeOf(pid: number): number {
    return this.#kernel.look(abi.LOOK_PROCESS, pid % 2 ** abi.PID_SLOT_BITS)?.[1] ?? 0;
  }

  #runningPid(): number {
    return this.#kernel.look(abi.LOOK_TOTALS, 0)?.[8] ?? 0;
  }

  #left(pid: number): void {
    this.#running.delete(pid);
    this.#entered.delete(pid);
  }

  /** Nobody is entered while somebody is inside. */
  #enter(pid: number): void {
    check(!this.#entered.has(pid), () => `${pid} is entered twice`);
    this.#entered.add(pid);
  }

  /** A host can do what it is told: start what does not run, everything else to what runs. */
  #obey([kind, pid = 0, life = 0, what = 0, , provider = 0]: Command): void {
    if (kind === abi.COMMAND_START) {
      check(!this.#running.has(pid), () => `${pid} is started while it runs`);
      check(life > (this.#lives.get(pid) ?? 0), () => `${pid} begins life ${life} again`);
      this.#lives.set(pid, life);
      this.#running.set(pid, life);
    }
    const needsLife = kind === abi.COMMAND_STOP || kind === abi.COMMAND_KILL || kind === abi.COMMAND_RUN;
    if (needsLife) check(this.#running.get(pid) === life, () => `command ${kind} to ${pid}, which is dead`);
    if (kind === abi.COMMAND_AUDIT && what === abi.AUDIT_SPAWNED) this.#spawned(provider);
    if (kind === abi.COMMAND_KILL) this.#left(pid);
    if (kind === abi.COMMAND_RUN && what !== abi.RUN_RESUME) this.#enter(pid);
    if (kind === abi.COMMAND_RUN && what === abi.RUN_RESUME) {
      check(this.#entered.has(pid), () => `${pid} goes on and was not entered`);
    }
  }

  /** A host that sees whom it is to run has seen all that the event has caused. */
  #runsLast([kind]: KernelEvent, status: number, commands: readonly Command[]): void {
    const runs = kind === abi.EVENT_NEXT && status === abi.NEXT_RUN;
    const last = commands.findIndex(([command]) => command === abi.COMMAND_RUN);
    check(last === (runs ? commands.length - 1 : -1), () => "COMMAND_RUN is not the last command");
  }

  /** A child may be asked for what the handles to spawn it by allow. */
  #spawned(pid: number): void {
    const row = this.#kernel.look(abi.LOOK_PROCESS, pid % 2 ** abi.PID_SLOT_BITS) ?? [];
    const [parent = 0, template = 0] = [row[3], row[13]];
    const given = this.#given.get(authorityOf(parent, abi.HANDLE_SPAWN, template)) ?? 0;
    this.#give(pid, abi.HANDLE_OWN, 0, given);
  }

  /** The kernel keeps what it commanded of lives and authority, after the event that it came of. */
  #history([kind, caller]: KernelEvent, commands: readonly Command[]): void {
    if (kind === abi.EVENT_LOOK && caller === 0) return;
    let number = this.#kernel.look(abi.LOOK_EVENT, 1)?.[11] ?? 0;
    const kept = commands.filter(([command = 0]) => !PASSING.has(command)).slice(-this.#sizes.events);
    for (const [i, command] of kept.entries()) {
      const words = this.#kernel.look(abi.LOOK_HISTORY, kept.length - i) ?? [];
      const next = words[11] ?? 0;
      const same = command.every((word, at) => word === words[at]);
      check(same, () => `the history says ${words.slice(0, 7).join(" ")} of ${command.join(" ")}`);
      check(i === 0 ? next > number : next === number + 1, () => "the history is out of order");
      number = next;
    }
  }

  #rows(): Map<number, Row> {
    const rows = new Map<number, Row>();
    for (let slot = 1; slot <= this.#sizes.processes; slot++) {
      const words = this.#kernel.look(abi.LOOK_PROCESS, slot) ?? [];
      const [pid = 0, life = 0, state = 0, parent = 0, , , mail = 0, , handles = 0] = words;
      if (pid === 0) continue;
      const [owner = 0, template = 0, waitsFor = 0] = [words[12], words[13], words[14]];
      rows.set(pid, { pid, life, state, parent, mail, handles, owner, template, waitsFor });
    }
    return rows;
  }

  #isSupervisor(row: Row): boolean {
    return this.#field(row, abi.FIELD_KIND) === abi.KIND_SUPERVISOR;
  }

  #isAlive(row: Row): boolean {
    return row.state >= abi.STATE_STARTING && row.state <= abi.STATE_STOPPING;
  }

  /** A dead parent's children are dead; what the kernel takes for alive, the host runs, and the reverse. */
  #family(rows: ReadonlyMap<number, Row>): void {
    for (const row of rows.values()) {
      const parent = rows.get(row.parent);
      if (row.parent !== 0) check(parent !== undefined, () => `${row.pid} has no parent`);
      const down = row.state === abi.STATE_DOWN;
      if (parent !== undefined && !this.#isAlive(parent)) check(down, () => `${row.pid} outlives its parent`);
      if (this.#isSupervisor(row)) continue;
      const runs = this.#running.get(row.pid) === row.life;
      check(
        runs === this.#isAlive(row),
        () => `${row.pid} is in state ${row.state}, the host ${runs ? "runs it" : "does not"}`,
      );
    }
    for (const pid of this.#running.keys()) check(rows.has(pid), () => `${pid} is a zombie`);
  }

  /** Nobody waits for ever: whoever is on the way somewhere has something under it that is, too. */
  #liveness(rows: ReadonlyMap<number, Row>): void {
    const moving = new Set([abi.STATE_STARTING, abi.STATE_STOPPING]);
    for (const row of rows.values()) {
      if (!this.#isSupervisor(row) || !moving.has(row.state)) continue;
      const children = [...rows.values()].filter(({ parent }) => parent === row.pid);
      const reason = children.some(
        (child) =>
          child.state === abi.STATE_BACKOFF ||
          moving.has(child.state) ||
          (row.state === abi.STATE_STOPPING && this.#isAlive(child)) ||
          this.#isLeaving(child),
      );
      check(reason, () => `supervisor ${row.pid} is stuck in state ${row.state}`);
    }
  }

  /** What must run is running, or will at a known time. */
  #whatMustRun(rows: ReadonlyMap<number, Row>): void {
    for (const row of rows.values()) {
      const parent = rows.get(row.parent);
      if (row.state !== abi.STATE_DOWN || parent?.state !== abi.STATE_UP) continue;
      const strategy = this.#field(parent, abi.FIELD_STRATEGY);
      const alone = strategy === abi.STRATEGY_ONE || strategy === abi.STRATEGY_DYNAMIC;
      const permanent = this.#field(row, abi.FIELD_RESTART) === abi.RESTART_PERMANENT;
      check(
        !alone || !permanent || this.#stopped.get(row.pid) === row.life,
        () => `${row.pid} should run and does not`,
      );
    }
  }

  /** Asked to stop and still alive: a supervisor that restarts its children waits for it. */
  #isLeaving(row: Row): boolean {
    return this.#isAlive(row) && this.#totals()[3] !== 0;
  }

  #totals(): readonly number[] {
    return this.#kernel.look(abi.LOOK_TOTALS, 0) ?? [];
  }

  #nothingOfTheDead(rows: ReadonlyMap<number, Row>): void {
    for (const row of rows.values()) {
      if (row.waitsFor !== 0) {
        const other = rows.get(row.waitsFor);
        check(
          other !== undefined && this.#isAlive(other),
          () => `${row.pid} waits for ${row.waitsFor}, which is dead`,
        );
      }
      if (this.#isAlive(row)) continue;
      const pending = row.mail + row.handles + row.owner;
      check(pending === 0, () => `${row.pid} is dead and has mail, handles or someone inside`);
    }
    for (const row of rows.values()) {
      if (row.waitsFor === 0) continue;
      const path = new Set<number>();
      for (let at: Row | undefined = row; at !== undefined && at.waitsFor !== 0; at = rows.get(at.waitsFor)) {
        check(!path.has(at.pid), () => `${[...path].join(" → ")} wait for each other`);
        path.add(at.pid);
      }
    }
  }

  /** Each handle has a living holder, and allows nothing that the one above it does not; nobody is owned twice. */
  #handles(rows: ReadonlyMap<number, Row>): void {
    const held = new Map<number, number>();
    const masks = new Map<number, number>();
    const derived: { number: number; mask: number; from: number }[] = [];
    const owned = new Set<number>();
    let used = 0;
    for (let index = 1; index <= this.#sizes.handles; index++) {
      const words = this.#kernel.look(abi.LOOK_HANDLE, index) ?? [];
      const [number = 0, holder = 0, provider = 0, kind = 0, object = 0, mask = 0, , from = 0, children = 0] =
        words;
      if (kind === 0) continue;
      used += 1;
      // Whoever holds it, and however it came there: authority is what the plan gave, and what that makes.
      const given = this.#given.get(authorityOf(provider, kind, object)) ?? 0;
      check((mask & ~given) === 0, () => `entry ${index} allows what nobody was given of ${provider}`);
      if (number === 0) {
        check(children !== 0, () => `entry ${index} has no holder and limits nothing`);
        continue;
      }
      const row = rows.get(holder);
      check(
        row !== undefined && this.#isAlive(row),
        () => `handle ${number} belongs to ${holder}, which is dead`,
      );
      held.set(holder, (held.get(holder) ?? 0) + 1);
      masks.set(number, mask);
      if (kind === abi.HANDLE_OWN) {
        check(!owned.has(provider), () => `${provider} has two owners`);
        owned.add(provider);
      }
      if (from !== 0) derived.push({ number, mask, from });
    }
    for (const { number, mask, from } of derived) {
      const above = masks.get(from);
      if (above !== undefined)
        check((mask & ~above) === 0, () => `handle ${number} allows more than ${from}`);
    }
    for (const row of rows.values()) {
      check(
        row.handles === (held.get(row.pid) ?? 0),
        () => `${row.pid} does not hold ${row.handles} handles`,
      );
    }
    check(used === this.#totals()[2], () => `${used} handles, the kernel counts ${this.#totals()[2]}`);
  }

  #accounting(rows: ReadonlyMap<number, Row>): void {
    const [processes, , , , , , low, high] = this.#totals();
    check(processes === rows.size, () => `${rows.size} processes, the kernel counts ${processes}`);
    check(
      wideOf(low, high) === this.#cpu,
      () => `CPU time is ${wideOf(low, high)}, reported was ${this.#cpu}`,
    );
  }
}

/** To call a process is one authority, also for who owns it. */
function authorityOf(provider: number, kind: number, object: number): string {
  if (kind === abi.HANDLE_SPAWN) return `${provider} spawn ${object}`;
  return `${provider} ${kind === abi.HANDLE_LOOK ? "look" : "call"}`;
}
