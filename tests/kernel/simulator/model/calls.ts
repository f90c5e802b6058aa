/** The model's rules of calls, mailboxes, waits, alarms, monitors and links. */
import {
  CALL_DIRECT,
  CALL_QUEUED,
  COMMAND_CYCLE,
  COMMAND_DISCARD,
  FIELD_MAIL,
  FIELD_MAIL_BYTES,
  REASON_COLLATERAL,
  REASON_LAST_ORDERLY,
  REASON_LINKED,
  STATE_IDLE,
  STATE_READY,
  STATE_RUNNING,
  STATE_WAITING,
  STATUS_CRASHED,
  STATUS_CYCLE,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_OVERLOADED,
  STATUS_STALE,
  STATUS_TIMEOUT,
  STATUS_UNAVAILABLE,
} from "../../../../kernel/abi.ts";
import { consume, useFunction, useTarget } from "./capabilities.ts";
import type { Handle, Message, MessageKind, Process, World } from "./state.ts";
import { doom } from "./supervision.ts";

function makeMessage(
  world: World,
  kind: MessageKind,
  from: Process | undefined,
  to: Process,
  token: number,
): Message | undefined {
  if (world.messages.size >= world.sizes.messages) return undefined;
  const message: Message = {
    kind,
    from,
    to,
    token,
    ref: 0,
    detail: 0,
    size: 0,
    sender: 0,
    standing: "armed",
    direct: false,
    peer: undefined,
    batch: 0,
  };
  world.messages.add(message);
  return message;
}

export function free(world: World, message: Message): void {
  world.messages.delete(message);
  world.messageTimers.delete(message);
  const records = message.from?.records;
  const at = records?.indexOf(message) ?? -1;
  if (at >= 0) records?.splice(at, 1);
}

export function makeReady(world: World, process: Process): void {
  process.state = STATE_READY;
  process.readySince = world.batch;
}

function enqueue(world: World, message: Message): void {
  message.standing = "queued";
  message.batch = world.batch;
  message.to.mail.push(message);
  if (message.to.state === STATE_IDLE) makeReady(world, message.to);
}

export function dequeue(message: Message): void {
  message.to.mail.splice(message.to.mail.indexOf(message), 1);
}

/** Who has nothing left to run for is not ready any more. */
function withdraw(message: Message): void {
  dequeue(message);
  const { to } = message;
  if (to.state === STATE_READY && !to.hasStack && to.mail.length === 0) to.state = STATE_IDLE;
}

function accepts(process: Process): boolean {
  return process.alive && process.state >= STATE_IDLE && !process.stopAsked;
}

function waitsFor(process: Process): Process | undefined {
  return process.state === STATE_WAITING && process.wait?.kind === "call" ? process.wait.to : undefined;
}

/** Who waits for whom, from the target of a call on. */
function chainFrom(target: Process): Process[] {
  const chain: Process[] = [];
  for (let at: Process | undefined = target; at !== undefined; at = waitsFor(at)) chain.push(at);
  return chain;
}

function canSend(world: World, caller: Process, handle: number, name: number): number | Handle {
  const entry = useFunction(world, caller, handle, name);
  if (typeof entry === "number") return entry;
  const target = world.find(entry.provider);
  return target !== undefined && accepts(target) ? entry : STATUS_UNAVAILABLE;
}

function hasMailRoom(target: Process, size: number): boolean {
  return (
    target.mailCount < target.field(FIELD_MAIL) && target.mailBytes + size <= target.field(FIELD_MAIL_BYTES)
  );
}

export function call(world: World, caller: Process, words: readonly number[]): number {
  const [handle = 0, name = 0, size = 0, deadline = 0, token = 0] = words;
  if (size < 0 || deadline < 0) return STATUS_INVALID;
  const entry = canSend(world, caller, handle, name);
  if (typeof entry === "number") return entry;
  const target = world.find(entry.provider) as Process;
  const chain = chainFrom(target);
  const closing = chain.indexOf(caller);
  if (closing >= 0) {
    const members = [caller, ...chain.slice(0, closing)];
    for (const [i, member] of members.entries()) {
      world.command(COMMAND_CYCLE, member, member.name, (members[i + 1] ?? caller).pid);
    }
    return STATUS_CYCLE;
  }
  const direct = target.state === STATE_IDLE && deadline === 0;
  if (!direct && !hasMailRoom(target, size)) return STATUS_OVERLOADED;
  const message = makeMessage(world, "call", caller, target, token);
  if (message === undefined) return STATUS_EXHAUSTED;
  consume(world, entry);
  Object.assign(message, { detail: name, size, sender: caller.pid });
  block(world, caller, message);
  if (direct) {
    Object.assign(message, { direct: true, standing: "served" });
    Object.assign(target, { active: message, owner: caller.owner, state: STATE_RUNNING });
    world.current = target;
    return CALL_DIRECT;
  }
  enqueue(world, message);
  if (deadline > 0)
    world.messageTimers.set(
      message,
      world.timer(deadline, () => timeOut(world, message)),
    );
  return CALL_QUEUED;
}

export function cast(world: World, caller: Process, words: readonly number[]): number {
  const [handle = 0, name = 0, size = 0, token = 0] = words;
  if (size < 0) return STATUS_INVALID;
  const entry = canSend(world, caller, handle, name);
  if (typeof entry === "number") return entry;
  const status = deliver(world, caller, world.find(entry.provider) as Process, [name, size, token]);
  if (status === STATUS_OK) consume(world, entry);
  return status;
}

/** A cast from the host. */
export function post(world: World, target: Process | undefined, words: readonly number[]): number {
  const [name = 0, size = 0] = words;
  if (size < 0 || name < 0) return STATUS_INVALID;
  if (target === undefined) return STATUS_STALE;
  return accepts(target) ? deliver(world, undefined, target, words) : STATUS_UNAVAILABLE;
}

function deliver(world: World, from: Process | undefined, target: Process, words: readonly number[]): number {
  const [detail = 0, size = 0, token = 0] = words;
  if (!hasMailRoom(target, size)) return STATUS_OVERLOADED;
  const message = makeMessage(world, "cast", from, target, token);
  if (message === undefined) return STATUS_EXHAUSTED;
  Object.assign(message, { detail, size, sender: from?.pid ?? 0 });
  enqueue(world, message);
  return STATUS_OK;
}

function block(world: World, process: Process, message: Message): void {
  process.wait = message;
  process.state = STATE_WAITING;
  world.current = undefined;
}

function wake(world: World, process: Process, status: number): void {
  Object.assign(process, { wait: undefined, wake: status, hasStack: true });
  makeReady(world, process);
}

/** Returns 1 when the caller goes on at once. */
export function finish(world: World, message: Message, callee: Process, status: number): number {
  const { from, direct } = message;
  const ran = world.current === callee;
  free(world, message);
  callee.active = undefined;
  if (ran) world.current = undefined;
  if (from === undefined) return 0;
  if (!direct || !ran) {
    wake(world, from, status);
    return 0;
  }
  Object.assign(from, { wait: undefined, state: STATE_RUNNING });
  world.current = from;
  return 1;
}

function abandon(world: World, message: Message): void {
  if (message.standing !== "queued") {
    message.from = undefined;
    world.messageTimers.delete(message);
    return;
  }
  withdraw(message);
  world.command(COMMAND_DISCARD, message.to, message.token);
  free(world, message);
}

function timeOut(world: World, message: Message): void {
  const from = message.from as Process;
  if (message.kind === "call") abandon(world, message);
  else free(world, message);
  wake(world, from, STATUS_TIMEOUT);
}

export function wait(world: World, caller: Process, token: number, duration: number): number {
  if (duration < 0 || (duration === 0 && token === 0)) return STATUS_INVALID;
  const message = makeMessage(world, "wait", caller, caller, token);
  if (message === undefined) return STATUS_EXHAUSTED;
  if (duration > 0)
    world.messageTimers.set(
      message,
      world.timer(duration, () => timeOut(world, message)),
    );
  block(world, caller, message);
  return STATUS_OK;
}

export function device(world: World, process: Process | undefined, life: number, token: number): number {
  const message = process?.wait;
  if (process === undefined || process.life !== life || process.state !== STATE_WAITING) return STATUS_STALE;
  if (message?.kind !== "wait" || token === 0 || message.token !== token) return STATUS_STALE;
  free(world, message);
  wake(world, process, STATUS_OK);
  return STATUS_OK;
}

export function alarm(world: World, caller: Process, token: number, duration: number): number | Message {
  if (duration < 0) return STATUS_INVALID;
  const message = caller.hasRecordRoom() ? makeMessage(world, "alarm", caller, caller, token) : undefined;
  if (message === undefined) return STATUS_EXHAUSTED;
  caller.records.push(message);
  const fire = (): void => {
    world.messageTimers.delete(message);
    enqueue(world, message);
  };
  world.messageTimers.set(message, world.timer(duration, fire));
  return message;
}

export function monitor(world: World, caller: Process, handle: number, token: number): number | Message {
  const target = watched(world, caller, handle);
  if (typeof target === "number") return target;
  const message = caller.hasRecordRoom() ? makeMessage(world, "monitor", caller, target, token) : undefined;
  if (message === undefined) return STATUS_EXHAUSTED;
  caller.records.push(message);
  target.watchers.push(message);
  return message;
}

export function link(world: World, caller: Process, handle: number): number | Message {
  const target = watched(world, caller, handle, true);
  if (typeof target === "number") return target;
  if (!caller.hasRecordRoom() || !target.hasRecordRoom()) return STATUS_EXHAUSTED;
  if (world.messages.size + 2 > world.sizes.messages) return STATUS_EXHAUSTED;
  const mine = makeMessage(world, "link", caller, target, 0) as Message;
  const other = makeMessage(world, "link", target, caller, 0) as Message;
  for (const [half, peer] of [
    [mine, other],
    [other, mine],
  ] as const) {
    half.peer = peer;
    half.from?.records.push(half);
    half.to.watchers.push(half);
  }
  return mine;
}

function watched(world: World, caller: Process, handle: number, other = false): number | Process {
  const entry = useTarget(world, caller, handle);
  if (typeof entry === "number") return entry;
  const target = world.find(entry.provider);
  if (other && target === caller) return STATUS_INVALID;
  return target?.alive === true ? target : STATUS_UNAVAILABLE;
}

export function cancel(world: World, caller: Process, ref: number): number {
  const message = caller.records.find((record) => record.ref === ref && ref > 0);
  if (message === undefined) return STATUS_STALE;
  if (message.peer !== undefined) remove(world, message.peer);
  remove(world, message);
  return STATUS_OK;
}

function remove(world: World, message: Message): void {
  if (message.standing === "queued") withdraw(message);
  else if (message.kind !== "alarm") message.to.watchers.splice(message.to.watchers.indexOf(message), 1);
  free(world, message);
}

/** All that a process leaves behind when it ends, and who learns of it. */
export function clearUp(world: World, process: Process): void {
  const { wait: waiting, active } = process;
  process.wait = undefined;
  if (waiting?.kind === "call") abandon(world, waiting);
  else if (waiting !== undefined) free(world, waiting);
  if (active !== undefined) finish(world, active, process, STATUS_CRASHED);
  if (world.current === process) world.current = undefined;
  for (const record of process.records.slice()) remove(world, record);
  for (const message of process.mail.slice()) {
    dequeue(message);
    const from = message.kind === "call" ? message.from : undefined;
    if (message.kind === "call" || message.kind === "cast")
      world.command(COMMAND_DISCARD, process, message.token);
    free(world, message);
    if (from !== undefined) wake(world, from, STATUS_UNAVAILABLE);
  }
  for (const watcher of process.watchers.splice(0).reverse()) tell(world, process, watcher);
}

function tell(world: World, ended: Process, watcher: Message): void {
  const { from } = watcher;
  if (from === undefined) return;
  if (watcher.kind === "monitor") {
    Object.assign(watcher, { detail: ended.reason, sender: ended.pid, to: from });
    return enqueue(world, watcher);
  }
  free(world, watcher);
  if (ended.reason <= REASON_LAST_ORDERLY) return;
  const passedOn =
    (ended.reason === REASON_LINKED || ended.reason === REASON_COLLATERAL) && ended.origin !== 0;
  doom(world, from, REASON_LINKED, passedOn ? ended.origin : ended.pid, false);
}
