/** Any order of messages: no two share a byte, none changes, and memory stays as large as what was in it at once. */
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { builtMail, type Mail } from "./mail-memory.ts";

let create: () => Mail;
beforeAll(async () => {
  create = await builtMail();
});

interface Block {
  readonly start: number;
  readonly size: number;
}
interface Message {
  readonly address: number;
  readonly blocks: Block[];
  /** What all of its bytes hold. */
  readonly sign: number;
  reader: number;
}

/** What may happen; numbers choose among what is there. */
type Step =
  | { readonly kind: "write"; readonly blocks: readonly (readonly [align: number, size: number])[] }
  | { readonly kind: "half"; readonly size: number }
  | { readonly kind: "grow"; readonly size: number; readonly to: number }
  | { readonly kind: "open"; readonly which: number; readonly reader: number }
  | { readonly kind: "free"; readonly which: number }
  | { readonly kind: "die"; readonly reader: number };

const size = fc.oneof(fc.nat(100), fc.nat(100), fc.nat(5_000), fc.nat(300_000));
const align = fc.constantFrom(1, 2, 4, 8);
const reader = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("write" as const), blocks: fc.array(fc.tuple(align, size)) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("half" as const), size }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("grow" as const), size, to: size }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("open" as const), which: fc.nat(), reader }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("free" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("die" as const), reader }) },
);

class Model {
  readonly mail: Mail = create();
  messages: Message[] = [];
  /** Most bytes that were in messages at once. */
  peak = 0;
  #signs = 0;

  take(step: Step): void {
    const { mail } = this;
    switch (step.kind) {
      case "write": {
        const [first = [1, 0], ...others] = step.blocks;
        const message = this.#begin(first[1]);
        for (const [align, size] of others) this.#add(message, mail.realloc(0, 0, align, size), size, align);
        this.#seal(message);
        return;
      }
      case "half":
        mail.begin(0, step.size);
        return;
      case "grow": {
        const message = this.#begin(8);
        const block = mail.realloc(0, 0, 1, step.size);
        this.#sign({ start: block, size: step.size }, message.sign);
        const moved = mail.realloc(block, step.size, 1, step.to);
        const kept = { start: moved, size: Math.min(step.size, step.to) };
        expect(this.#holds(kept, message.sign)).toBe(true);
        this.#add(message, moved, step.to, 1);
        this.#seal(message);
        return;
      }
      case "open": {
        const closed = this.messages.filter((m) => m.reader === 0);
        const message = closed[step.which % closed.length];
        if (message === undefined) return;
        mail.open(message.address, step.reader);
        message.reader = step.reader;
        return;
      }
      case "free": {
        const [message] = this.messages.splice(step.which % (this.messages.length || 1), 1);
        if (message) mail.free(message.address);
        return;
      }
      case "die":
        mail.abandon(step.reader);
        this.messages = this.messages.filter((m) => m.reader !== step.reader);
    }
  }

  check(): void {
    for (const { blocks, sign } of this.messages) {
      for (const block of blocks)
        if (!this.#holds(block, sign)) throw new Error("a message was written over");
    }
    const bytes = this.messages.flatMap((m) => m.blocks).reduce((sum, { size }) => sum + size, 0);
    expect(this.mail.used()).toBeGreaterThanOrEqual(bytes);
  }

  #begin(size: number): Message {
    const address = this.mail.begin(0, size);
    this.#signs = (this.#signs + 1) % 256;
    const message = { address, blocks: [], sign: this.#signs, reader: 0 };
    this.#add(message, address, size, 8);
    return message;
  }

  #add(message: Message, start: number, size: number, align: number): void {
    expect(start).toBeGreaterThan(0);
    expect(start % align).toBe(0);
    message.blocks.push({ start, size });
    this.#sign({ start, size }, message.sign);
  }

  #seal(message: Message): void {
    expect(this.mail.seal()).toBeGreaterThanOrEqual(message.blocks.reduce((sum, b) => sum + b.size, 0));
    this.messages.push(message);
    this.peak = Math.max(this.peak, this.mail.used());
  }

  #sign({ start, size }: Block, sign: number): void {
    new Uint8Array(this.mail.memory.buffer, start, size).fill(sign);
  }
  #holds({ start, size }: Block, sign: number): boolean {
    const bytes = Buffer.from(this.mail.memory.buffer, start, size);
    return bytes.equals(Buffer.alloc(size, sign));
  }
}

test("a message is what was written into it until it is freed, and then all its memory is free", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      for (const step of steps) {
        model.take(step);
        model.check();
      }
      for (const { address } of model.messages) model.mail.free(address);
      model.mail.abandon(1);
      expect(model.mail.used()).toBe(0);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("memory does not grow with the number of messages, whatever their sizes and order", () => {
  const mail = create();
  let random = 1;
  const next = (below: number): number => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return (random >>> 8) % below;
  };
  const held: number[] = [];
  let [peak, early] = [0, 0];
  for (let i = 0; i < 300_000; i++) {
    if (held.length === 200) {
      const [gone] = held.splice(next(held.length), 1);
      mail.free(gone as number);
    }
    const size = next(50) === 0 ? next(200_000) : next(50) === 1 ? next(20_000) : next(300);
    held.push(mail.begin(0, size));
    mail.seal();
    peak = Math.max(peak, mail.used());
    if (i === 30_000) early = mail.memory.buffer.byteLength;
  }
  expect(held.every((message) => message > 0)).toBe(true);
  expect(mail.memory.buffer.byteLength).toBeLessThan(2 * peak + (4 << 20));
  expect(mail.memory.buffer.byteLength).toBeLessThan(1.5 * early);
  for (const message of held) mail.free(message);
  expect(mail.used()).toBe(0);
});
