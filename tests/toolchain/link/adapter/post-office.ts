/**
 * A sender and a receiver of messages, the mail between them, and a kernel that says what it is told to.
 *
 * The ends are those of ends.ts. What the kernel has taken is delivered at once:
 * a call when its sender waits for it, a cast before `event` returns.
 */
import { EVENT_CAST } from "../../../../kernel/abi.ts";
import { builtKernel } from "../../../../kernel/built.ts";
import type { FunctionType } from "../../../../toolchain/abi/index.ts";
import { emitReceiver, emitSender } from "../../../../toolchain/link/adapter/index.ts";
import { encodeModule, type CoreModule } from "../../../../toolchain/wasm/index.ts";
import { End, type Core, type Encoding } from "./ends.ts";

/** What the function is at the sender's. */
export interface Sent {
  readonly kind: "call" | "cast";
  readonly view?: "guarded";
  readonly onFault?: { readonly case?: number };
  readonly deadline?: number;
}

export const PIDS = { sender: 0x1_0001, receiver: 0x1_0002 } as const;
export const AUTHORITY = 0x10_0007;
export const DELIVERY = 5;
export const NUMBER = 3;
const SIDE = { memory: true, realloc: true } as const;

let mailModule: WebAssembly.Module | undefined;
export async function prepareMail(): Promise<void> {
  mailModule = new WebAssembly.Module(new Uint8Array((await builtKernel()).mail));
}

interface Mail {
  readonly memory: WebAssembly.Memory;
  free(message: number): void;
  abandon(reader: number): void;
  used(): number;
  limit(bytes: number): number;
}

export class PostOffice {
  readonly sender: End;
  readonly receiver: End;
  readonly mail: Mail;
  readonly mark: WebAssembly.Global<"i32"> = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  /** Arguments of `event`. */
  readonly events: number[][] = [];
  /** The sender's core function. */
  readonly func: Core;
  /** The receiver's half. */
  deliver: (message: number) => number;
  readonly standIns: Readonly<Record<"unavailable" | "revoked", Core>>;
  /** What the kernel answers. */
  status = 0;
  /** What the sender's wait ends in; the delivery's result unless given. */
  waitStatus: number | undefined;

  constructor(
    type: FunctionType,
    [from, to]: readonly [Encoding, Encoding],
    sent: Sent,
    implementation: (receiver: End) => Core,
    postReturn: Core = () => undefined,
  ) {
    if (mailModule === undefined) throw new TypeError("the mail module was not prepared");
    this.sender = new End(from);
    this.receiver = new End(to);
    this.mail = new WebAssembly.Instance(mailModule).exports as unknown as Mail;
    const sending = new WebAssembly.Instance(senderModule(type, from, to, sent), {
      caller: optionsOf(this.sender),
      mail: this.mail,
      kernel: {
        pid: PIDS.sender,
        authority: new WebAssembly.Global({ value: "i32", mutable: true }, AUTHORITY),
        event: (...args: number[]) => this.#event(args),
        wait: (message: number) => this.waitStatus ?? this.deliver(message),
      },
    } as unknown as WebAssembly.Imports);
    const receiving = new WebAssembly.Instance(receiverModule(type, to), {
      callee: { ...optionsOf(this.receiver), inside: this.mark },
      mail: this.mail,
      kernel: { pid: PIDS.receiver },
      function: { f: implementation(this.receiver) },
      "post-return": { f: postReturn },
    } as unknown as WebAssembly.Imports);
    this.func = sending.exports["f"] as Core;
    this.deliver = receiving.exports["f"] as typeof this.deliver;
    this.standIns = {
      unavailable: sending.exports["unavailable f"] as Core,
      revoked: sending.exports["revoked f"] as Core,
    };
    this.sender.mayLeave.value = 1;
    this.receiver.mayLeave.value = 1;
  }

  #event(args: number[]): number {
    this.events.push(args);
    if (this.status < 0) return this.status;
    if (args[0] === EVENT_CAST) this.deliver(args[5] as number);
    return this.status;
  }
}

function optionsOf(end: End): object {
  return { memory: end.memory, realloc: end.realloc, "may-leave": end.mayLeave };
}

function senderModule(type: FunctionType, from: Encoding, to: Encoding, sent: Sent): WebAssembly.Module {
  return compiled(
    emitSender({
      caller: { ...SIDE, encoding: from },
      encoding: to,
      functions: [{ name: "f", type, delivery: DELIVERY, number: NUMBER, ...sent }],
      resources: new Map(),
      callerMayLeave: true,
      chargesCaller: false,
    }),
  );
}

function receiverModule(type: FunctionType, to: Encoding): WebAssembly.Module {
  return compiled(
    emitReceiver({
      callee: { ...SIDE, encoding: to },
      functions: [{ name: "f", type, postReturn: true }],
      resources: new Map(),
      calleeMayLeave: true,
      marksCallee: true,
    }),
  );
}

function compiled(module: CoreModule): WebAssembly.Module {
  return new WebAssembly.Module(encodeModule(module).bytes);
}
