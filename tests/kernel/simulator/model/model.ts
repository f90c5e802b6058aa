/** The model takes each event beside the kernel, and says where the two differ. */
import {
  AUDIT_SPAWNED,
  COMMAND_AUDIT,
  COMMAND_KILL,
  DEPTH_LIMIT,
  EVENT_ADD,
  EVENT_ALARM,
  EVENT_BOOT,
  EVENT_CALL,
  EVENT_CANCEL,
  EVENT_CAST,
  EVENT_CLOCK,
  EVENT_DEVICE,
  EVENT_DONE,
  EVENT_DROP,
  EVENT_ENDED,
  EVENT_ENDOW,
  EVENT_GIVE,
  EVENT_GRANT,
  EVENT_KILL,
  EVENT_LINK,
  EVENT_LOOK,
  EVENT_MONITOR,
  EVENT_NARROW,
  EVENT_NEXT,
  EVENT_POST,
  EVENT_PREEMPTED,
  EVENT_REVOKE,
  EVENT_SPAWN,
  EVENT_STARTED,
  EVENT_STOP,
  EVENT_TEMPLATE,
  EVENT_USED,
  EVENT_WAIT,
  FIELD_CHILDREN,
  FIELD_COUNT,
  FIELD_KIND,
  FIELD_STRATEGY,
  HANDLE_LOOK,
  HANDLE_OWN,
  HANDLE_SPAWN,
  KIND_SUPERVISOR,
  REASON_KILLED,
  REASON_LAST,
  REASON_SHUTDOWN,
  STATE_DOWN,
  STATE_STARTING,
  STATE_UP,
  STATUS_CONFIGURATION,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_STALE,
  STATUS_UNAVAILABLE,
  STRATEGY_DYNAMIC,
} from "../../../../kernel/abi.ts";
import type { Sizes } from "../kernel.ts";
import { type Command, type KernelEvent, statusText } from "../names.ts";
import * as calls from "./calls.ts";
import * as capabilities from "./capabilities.ts";
import { check, type Message, Process, wideOf, World } from "./state.ts";
import * as supervision from "./supervision.ts";
import { isSound } from "./templates.ts";
import * as turns from "./turns.ts";

const TIME_LIMIT = 2 ** 52;

export class Model {
  readonly world: World;

  constructor(sizes: Sizes) {
    this.world = new World(sizes);
  }

  /** @throws Mismatch where the kernel did something else than the rules say. */
  apply(event: KernelEvent, status: number, commands: readonly Command[]): void {
    const { world } = this;
    world.batch += 1;
    world.expected = [];
    world.actual = commands;
    const [kind = 0, ...words] = event;
    const wanted = isRequest(kind) ? this.#request(kind, words, status) : this.#take(kind, words, status);
    this.#settle();
    check(wanted === status, () => `status ${statusText(status)}, expected ${statusText(wanted)}`);
    world.compareCommands();
    const due = world.timers[0]?.due ?? -1;
    check(world.wake === due, () => `the kernel wants to wake at ${world.wake}, expected ${due}`);
  }

  #settle(): void {
    const { world } = this;
    for (;;) {
      const process = world.doomed.shift();
      if (process !== undefined) this.#bury(process);
      else {
        const supervisor = world.dirty.shift();
        if (supervisor === undefined) return;
        supervision.supervise(world, supervisor);
      }
    }
  }

  #bury(process: Process): void {
    const { world } = this;
    if (!process.told) world.command(COMMAND_KILL, process, process.reason);
    process.timer = undefined;
    calls.clearUp(world, process);
    capabilities.dropAll(world, process);
    Object.assign(process, {
      doomed: false,
      told: false,
      stopAsked: false,
      hasStack: false,
      owner: undefined,
    });
    supervision.childEnded(world, process);
  }

  #request(kind: number, words: readonly number[], status: number): number {
    const { world } = this;
    const [pid = 0, a = 0, b = 0, c = 0, d = 0, e = 0] = words;
    if (kind === EVENT_REVOKE && pid === 0) return capabilities.revoke(world, undefined, a);
    if (kind === EVENT_DROP && pid === 0) return capabilities.drop(world, undefined, a);
    // The host may look at anything; what it sees is for the invariants.
    if (kind === EVENT_LOOK && pid === 0) return status;
    const caller = world.find(pid);
    const blocks = kind === EVENT_CALL || kind === EVENT_WAIT;
    if (caller === undefined || !(blocks ? caller === world.current : isLiveWorker(caller)))
      return STATUS_STALE;
    switch (kind) {
      case EVENT_CALL:
        return calls.call(world, caller, words.slice(1));
      case EVENT_CAST:
        return calls.cast(world, caller, words.slice(1));
      case EVENT_WAIT:
        return calls.wait(world, caller, a, timeOf(b, c));
      case EVENT_ALARM:
        return this.#ref(calls.alarm(world, caller, a, timeOf(b, c)), status);
      case EVENT_MONITOR:
        return this.#ref(calls.monitor(world, caller, a, b), status);
      case EVENT_LINK:
        return this.#ref(calls.link(world, caller, a), status);
      case EVENT_CANCEL:
        return calls.cancel(world, caller, a);
      case EVENT_SPAWN:
        return this.#spawn(caller, a, b, status);
      case EVENT_GRANT:
        return this.#handle(capabilities.grant(world, caller, a, b, c), status);
      case EVENT_NARROW:
        return this.#handle(
          capabilities.narrow(world, caller, [a, b, c, d], timeOf(e, words[6] ?? 0)),
          status,
        );
      case EVENT_REVOKE:
        return capabilities.revoke(world, caller, a);
      case EVENT_DROP:
        return capabilities.drop(world, caller, a);
      case EVENT_GIVE:
        return capabilities.give(world, caller, [a, b, c]);
      default: {
        const handle = capabilities.useKind(world, caller, a, [HANDLE_LOOK]);
        return typeof handle === "number" ? handle : status;
      }
    }
  }

  #ref(made: number | Message, status: number): number {
    if (typeof made === "number") return made;
    check(status > 0, () => `no ref, but ${statusText(status)}`);
    made.ref = status;
    return status;
  }

  #handle(made: number | capabilities.NewHandle, status: number): number {
    if (typeof made === "number") return made;
    capabilities.numberHandle(this.world, made, status);
    return status;
  }

  #take(kind: number, words: readonly number[], status: number): number {
    const { world } = this;
    const [a = 0, b = 0, c = 0, d = 0] = words;
    switch (kind) {
      case EVENT_TEMPLATE:
        return this.#template(a, b, c);
      case EVENT_ADD:
        return this.#add(a, b, c, status);
      case EVENT_BOOT:
        return this.#boot();
      case EVENT_CLOCK:
        return this.#clock(timeOf(a, b));
      case EVENT_STARTED:
        return this.#started(world.find(a), b);
      case EVENT_ENDED:
        return this.#ended(world.find(a), b, c, d);
      case EVENT_KILL:
        return this.#kill(world.find(a));
      case EVENT_STOP:
        return this.#stop(world.find(a));
      case EVENT_USED:
        return turns.charge(world, world.find(a), b);
      case EVENT_NEXT:
        return turns.next(world, a);
      case EVENT_PREEMPTED:
        return turns.preempted(world, world.find(a));
      case EVENT_DONE:
        return turns.done(world, world.find(a));
      case EVENT_DEVICE:
        return calls.device(world, world.find(a), b, c);
      case EVENT_POST:
        return calls.post(world, world.find(a), words.slice(1, 4));
      case EVENT_ENDOW:
        return this.#handle(capabilities.endow(world, words), status);
      default:
        return STATUS_INVALID;
    }
  }

  get #booted(): boolean {
    return this.world.root !== undefined && this.world.root.state !== STATE_DOWN;
  }

  #template(template: number, field: number, value: number): number {
    const { world } = this;
    if (world.root !== undefined) return STATUS_STALE;
    const known = template >= 1 && template <= world.sizes.templates && field >= 0 && field < FIELD_COUNT;
    if (!known || value < 0) return STATUS_INVALID;
    (world.templates[template] ??= Array.from({ length: FIELD_COUNT }, () => 0))[field] = value;
    return STATUS_OK;
  }

  #add(parentPid: number, templateNumber: number, name: number, status: number): number {
    const { world } = this;
    if (this.#booted) return STATUS_STALE;
    const parent = world.find(parentPid);
    if (parentPid === 0 ? world.root !== undefined : parent === undefined) return STATUS_STALE;
    const template = world.templates[templateNumber];
    if (template === undefined || !isSound(template)) return STATUS_CONFIGURATION;
    if (parent === undefined ? template[FIELD_KIND] !== KIND_SUPERVISOR : !takesChildren(parent)) {
      return STATUS_CONFIGURATION;
    }
    if (world.processes.size >= world.sizes.processes) return STATUS_EXHAUSTED;
    const process = this.#make(status, parent, templateNumber, name);
    if (parent === undefined) world.root = process;
    return status;
  }

  #make(pid: number, parent: Process | undefined, templateNumber: number, name: number): Process {
    const { world } = this;
    check(pid > 0, () => `no pid, but ${statusText(pid)}`);
    check(!world.pidsSeen.has(pid), () => `pid ${pid} is given out twice`);
    world.pidsSeen.add(pid);
    const process = new Process(pid, parent, templateNumber, world.templates[templateNumber] ?? [], name);
    world.processes.set(pid, process);
    parent?.children.push(process);
    return process;
  }

  #spawn(caller: Process, number: number, name: number, status: number): number {
    const { world } = this;
    const handle = capabilities.useKind(world, caller, number, [HANDLE_SPAWN]);
    if (typeof handle === "number") return handle;
    const supervisor = world.find(handle.provider);
    if (supervisor?.state !== STATE_UP) return STATUS_UNAVAILABLE;
    if (supervisor.children.length >= supervisor.field(FIELD_CHILDREN)) return STATUS_EXHAUSTED;
    if (!world.hasHandleRoom(caller) || world.processes.size >= world.sizes.processes)
      return STATUS_EXHAUSTED;
    const spawned = world.actual.find(([kind, , , what]) => kind === COMMAND_AUDIT && what === AUDIT_SPAWNED);
    const child = this.#make(spawned?.[5] ?? 0, supervisor, handle.object, name);
    capabilities.consume(world, handle);
    child.wanted = true;
    const { mask } = handle;
    const made = { provider: child.pid, life: 0, kind: HANDLE_OWN, object: 0, mask, parent: undefined };
    const own = capabilities.makeHandle(world, caller, made);
    capabilities.numberHandle(world, { handle: own, how: AUDIT_SPAWNED }, status);
    supervision.start(world, child);
    return status;
  }

  #boot(): number {
    const { root } = this.world;
    if (root === undefined || this.#booted) return STATUS_STALE;
    supervision.start(this.world, root);
    return STATUS_OK;
  }

  #clock(time: number): number {
    const { world } = this;
    if (time < 0) return STATUS_INVALID;
    world.now = Math.max(world.now, time);
    for (;;) {
      const first = world.timers[0];
      if (first === undefined || first.due > world.now) return STATUS_OK;
      for (const process of world.processes.values()) if (process.timer === first) process.timer = undefined;
      for (const [message, timer] of world.messageTimers) {
        if (timer === first) world.messageTimers.delete(message);
      }
      first.fire();
      this.#settle();
    }
  }

  #started(process: Process | undefined, life: number): number {
    if (process === undefined || process.isSupervisor || process.life !== life) return STATUS_STALE;
    if (process.state !== STATE_STARTING) return STATUS_STALE;
    supervision.started(this.world, process);
    if (process.mail.length > 0) calls.makeReady(this.world, process);
    return STATUS_OK;
  }

  #ended(process: Process | undefined, life: number, reason: number, originator: number): number {
    if (reason < 1 || reason > REASON_LAST) return STATUS_INVALID;
    if (process === undefined || process.isSupervisor) return STATUS_STALE;
    if (!process.alive || process.life !== life) return STATUS_STALE;
    supervision.doom(this.world, process, reason, originator, true);
    return STATUS_OK;
  }

  #kill(process: Process | undefined): number {
    if (process === undefined) return STATUS_STALE;
    if (process.isSupervisor) {
      if (process.state !== STATE_STARTING && process.state !== STATE_UP) return STATUS_STALE;
      supervision.fail(this.world, process, REASON_KILLED);
    } else {
      if (!process.alive) return STATUS_STALE;
      supervision.doom(this.world, process, REASON_KILLED, 0, false);
    }
    return STATUS_OK;
  }

  #stop(process: Process | undefined): number {
    if (process === undefined) return STATUS_STALE;
    if (process.parent !== undefined) supervision.stopChild(this.world, process);
    else if (!this.#booted) return STATUS_STALE;
    else supervision.fail(this.world, process, REASON_SHUTDOWN);
    return STATUS_OK;
  }
}

function isRequest(kind: number): boolean {
  return kind === EVENT_GIVE || (kind >= EVENT_CALL && kind <= EVENT_LOOK && kind !== EVENT_ENDOW);
}

function isLiveWorker({ alive, isSupervisor }: Process): boolean {
  return alive && !isSupervisor;
}

function takesChildren(parent: Process): boolean {
  const dynamic = parent.field(FIELD_STRATEGY) === STRATEGY_DYNAMIC;
  return parent.isSupervisor && !dynamic && parent.depth < DEPTH_LIMIT;
}

/** -1 when the two words are no time. */
function timeOf(low: number, high: number): number {
  const time = wideOf(low, high);
  return time < 0 || time >= TIME_LIMIT ? -1 : time;
}
