/** Standard input through the channel: lines and bytes, as they were sent, and to whoever asked. */
import { Readable } from "node:stream";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createChannel, INPUT_BYTES, LINE_BYTES, type Channel } from "../../../host-linux/channel/control.ts";
import { answerInput, inputAsked } from "../../../host-linux/channel/input.ts";
import { StdinChunks } from "../../../host-linux/channel/stdin-chunks.ts";
import { SystemInput } from "../../../host-linux/channel/system-input.ts";

/** Both sides in one thread: the main one answers when it is let. */
class Ends {
  readonly input: SystemInput;
  readonly #channel: Channel = createChannel();
  readonly #chunks: StdinChunks;

  constructor(chunks: readonly Uint8Array[]) {
    this.input = new SystemInput(this.#channel);
    this.#chunks = new StdinChunks(Readable.from(chunks));
  }

  get isAsked(): boolean {
    return inputAsked(this.#channel);
  }

  async answer(): Promise<void> {
    if (!this.isAsked) throw new Error("nobody has asked");
    answerInput(this.#channel, await this.#chunks.next());
    this.input.look();
  }

  async line(): Promise<string | undefined> {
    const found: (string | undefined)[] = [];
    this.input.askLine((line) => {
      found.push(line && Buffer.from(line).toString());
      return true;
    });
    while (found.length === 0) await (this.isAsked ? this.answer() : turnOfLoop());
    return found[0];
  }

  /** All that is there, or comes; undefined at the end. */
  async bytes(most: number): Promise<Uint8Array | undefined> {
    for (;;) {
      let woken = false;
      const bytes = this.input.read(most, () => (woken = true));
      if (bytes === undefined || bytes.length > 0) return bytes;
      await this.answer();
      expect(woken).toBe(true);
    }
  }
}

async function lines(...chunks: Uint8Array[]): Promise<string[]> {
  const ends = new Ends(chunks);
  const read: string[] = [];
  for (let next = await ends.line(); next !== undefined; next = await ends.line()) read.push(next);
  expect(await ends.line()).toBeUndefined();
  return read;
}

describe("lines", () => {
  it("do not depend on how the bytes arrive", async () => {
    const bytes = Buffer.from("grüße\r\n🐚\n\nlast\r");
    const expected = ["grüße", "🐚", "", "last\r"];
    expect(await lines(bytes)).toEqual(expected);
    expect(await lines(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it("read as U+FFFD where they are not UTF-8", async () => {
    expect(await lines(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toEqual(["a\ufffd", "b"]);
  });

  it("arrive in pieces when they are too long, cut between characters", async () => {
    const long = "ü".repeat(LINE_BYTES);
    const pieces = await lines(Buffer.from(`x${long}\nshort\n`));
    expect(pieces.slice(0, -1).join("")).toBe(`x${long}`);
    expect(pieces.at(-1)).toBe("short");
    expect(pieces).toHaveLength(4);
    const noise = await lines(Buffer.alloc(2 * LINE_BYTES, 0x80));
    expect(noise.join("")).toBe("\ufffd".repeat(2 * LINE_BYTES));
  });

  it("go to the next who asked, when the first does not want one any more", async () => {
    const ends = new Ends([Buffer.from("one\ntwo\n")]);
    const got: string[] = [];
    const taker =
      (name: string, wants: boolean) =>
      (line: Uint8Array | undefined): boolean => {
        if (wants) got.push(`${name} ${line && Buffer.from(line).toString()}`);
        return wants;
      };
    ends.input.askLine(taker("a", false));
    ends.input.askLine(taker("b", true));
    ends.input.askLine(taker("c", false));
    await ends.answer();
    expect(got).toEqual(["b one"]);
    expect(await ends.line()).toBe("two");
  });
});

describe("bytes", () => {
  it("come as they are, in whatever parts they are read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.array(fc.nat(30), { minLength: 1 }),
        async (chunks, sizes) => {
          const ends = new Ends(chunks);
          const read: Uint8Array[] = [];
          for (let i = 0; ; i++) {
            const most = (sizes[i % sizes.length] ?? 0) + 1;
            const bytes = await ends.bytes(most);
            if (bytes === undefined) break;
            expect(bytes.length).toBeLessThanOrEqual(most);
            read.push(bytes);
          }
          expect(Buffer.concat(read).equals(Buffer.concat(chunks))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are not read from the stream before somebody asks, nor more than there is room for", async () => {
    let produced = 0;
    const ends = new Ends([]);
    expect(ends.isAsked).toBe(false);
    const many = new Ends(
      Array.from({ length: 4 }, () => {
        produced += 1;
        return Buffer.alloc(3 * INPUT_BYTES, produced);
      }),
    );
    const first = await many.bytes(0xffff_ffff);
    expect(first?.length).toBe(INPUT_BYTES);
    expect(many.isAsked).toBe(false);
    // Of the rest of the first piece, not of the second.
    expect((await many.bytes(0xffff_ffff))?.every((byte) => byte === 1)).toBe(true);
  });

  it("that are asked for by none are none, and ask for nothing", () => {
    const ends = new Ends([Buffer.from("x")]);
    expect(ends.input.read(0, () => {})).toHaveLength(0);
    expect(ends.isAsked).toBe(false);
  });

  it("are what a reader of lines has left, and the other way round", async () => {
    const ends = new Ends([Buffer.from("one\ntwo\nthree")]);
    expect(await ends.line()).toBe("one");
    expect(Buffer.from((await ends.bytes(2)) ?? []).toString()).toBe("tw");
    expect(await ends.line()).toBe("o");
    expect(await ends.line()).toBe("three");
    expect(await ends.bytes(10)).toBeUndefined();
    expect(await ends.line()).toBeUndefined();
  });

  it("have an end for who waits when the system is to stop", () => {
    const ends = new Ends([]);
    let [woken, told] = [false, false];
    expect(ends.input.read(5, () => (woken = true))).toHaveLength(0);
    ends.input.askLine((line) => (told = line === undefined));
    ends.input.end();
    expect([woken, told]).toEqual([true, true]);
    expect(ends.input.read(5, () => {})).toBeUndefined();
  });
});
