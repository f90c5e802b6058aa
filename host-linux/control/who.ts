/** Who appears in a trace: processes and functions behind the numbers of the kernel's records. */
import {
  AUDIT_ENDOWED,
  AUDIT_GIVEN,
  AUDIT_SPAWNED,
  COMMAND_AUDIT,
  COMMAND_START,
  HANDLE_LOOK,
  HANDLE_SPAWN,
} from "../../kernel/abi.ts";
import type { LinkPlan, Process } from "../../toolchain/link/plan.ts";
import { forgetOldest, Names } from "./names.ts";
import { rowsOf, type Survey } from "./survey.ts";

export class Who {
  readonly #plan: LinkPlan;
  readonly #names: Names;
  /** Pid behind `holder handle`; holder 0 is the host, who may name all. */
  readonly #providers = new Map<string, number>();
  /** HANDLE_* of a handle that was seen. */
  readonly #kinds = new Map<number, number>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
    this.#names = new Names(plan);
  }

  /** What a survey says of processes and handles; what is gone since stays known. */
  learn({ processes, handles, history }: Survey): void {
    for (const row of rowsOf(processes)) this.#names.learn(row[0] ?? 0, row[13] ?? 0);
    for (const [kind, pid = 0, , a = 0, handle = 0, provider = 0, , template = 0] of rowsOf(history)) {
      this.#names.learn(pid, template);
      if (kind === COMMAND_START) this.#names.learn(pid, a);
      const gives = (a >= AUDIT_ENDOWED && a <= AUDIT_SPAWNED) || a === AUDIT_GIVEN;
      if (kind === COMMAND_AUDIT && gives) this.#learnHandle(pid, handle, provider);
    }
    for (const [handle = 0, holder = 0, provider = 0, kind = 0] of rowsOf(handles)) {
      this.#learnHandle(holder, handle, provider);
      this.#kinds.set(handle, kind);
      forgetOldest(this.#kinds);
    }
  }

  #learnHandle(holder: number, handle: number, provider: number): void {
    for (const key of [`${holder} ${handle}`, `0 ${handle}`]) {
      this.#providers.set(key, provider);
      forgetOldest(this.#providers);
    }
  }

  name(pid: number): string {
    return this.#names.of(pid);
  }

  /** Of a process's handle. */
  provider(holder: number, handle: number): string {
    const pid = this.#providers.get(`${holder} ${handle}`);
    return pid === undefined ? `somebody (its handle ${handle} is gone)` : this.name(pid);
  }

  /** What a handle is for, such as `use store`; so it is taken to be where that is not known any more. */
  authority(handle: number, provider: number): string {
    const kind = this.#kinds.get(handle);
    if (kind === HANDLE_LOOK) return "look at everybody";
    return `${kind === HANDLE_SPAWN ? "make processes under" : "use"} ${this.name(provider)}`;
  }

  /** Such as `store#get`, by the kernel's number of the function. */
  target(holder: number, handle: number, number: number): string {
    const pid = this.#providers.get(`${holder} ${handle}`) ?? 0;
    const callee = this.#names.process(pid);
    const name =
      callee && (this.#wired(this.#names.process(holder), callee, number) ?? delivered(callee, number));
    return `${this.provider(holder, handle)}${name === undefined ? "" : `, ${name}`}`;
  }

  /** What is called from outside: the entry's function. */
  posted(pid: number): string {
    const { entry, processes } = this.#plan.root;
    const called = entry !== undefined && processes[entry.process] === this.#names.process(pid);
    return `${this.name(pid)}${called ? `, ${entry.function},` : ""}`;
  }

  /** Two interfaces may use the same number; a wire from this very caller decides. */
  #wired(caller: Process | undefined, callee: Process, number: number): string | undefined {
    const { edges, processes } = this.#plan.root;
    const deliveries = callee.mailbox?.deliveries ?? [];
    for (const { consumer, provider, functions } of edges) {
      if (processes[consumer] !== caller || provider.kind !== "process") continue;
      if (processes[provider.process] !== callee) continue;
      const sent = functions.find(({ message }) => deliveries[message?.delivery ?? -1]?.number === number);
      if (sent !== undefined) return sent.name;
    }
    return undefined;
  }
}

function delivered(callee: Process, number: number): string | undefined {
  return callee.mailbox?.deliveries.find((delivery) => delivery.number === number)?.function;
}
