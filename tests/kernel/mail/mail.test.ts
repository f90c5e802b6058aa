/** Messages in flight: what adapters and a host may do, and what they may not. */
import { beforeAll, describe, expect, test } from "vitest";
import { MAIL } from "../../../toolchain/link/plan.ts";
import { builtMail, type Mail } from "./mail-memory.ts";

let create: () => Mail;
beforeAll(async () => {
  create = await builtMail();
});

const KIB = 1024;

describe("a message", () => {
  test("has its delivery before its address, and says how many bytes it is", () => {
    const mail = create();
    const message = mail.begin(7, 20);
    const text = mail.realloc(0, 0, 1, 5);
    const words = mail.realloc(0, 0, 8, 16);
    expect(new DataView(mail.memory.buffer).getInt32(message + MAIL.deliveryOffset, true)).toBe(7);
    expect([message % 8, words % 8]).toEqual([0, 0]);
    expect([text, words]).toEqual([message + 20, message + 32]);
    expect(mail.seal()).toBe(48);
  });

  test("grows over as many chunks as it needs, which all go with it", () => {
    const mail = create();
    const message = mail.begin(0, 8);
    for (let i = 0; i < 100; i++) expect(mail.realloc(0, 0, 4, 10 * KIB)).toBeGreaterThan(0);
    expect(mail.seal()).toBe(8 + 100 * 10 * KIB);
    expect(mail.used()).toBeLessThan(2_100 * KIB);
    mail.free(message);
    expect(mail.used()).toBe(0);
  });

  test("whose newest block is made smaller has its room back", () => {
    const mail = create();
    mail.begin(0, 0);
    const block = mail.realloc(0, 0, 1, 50);
    expect(mail.realloc(block, 50, 1, 10)).toBe(block);
    expect(mail.realloc(0, 0, 1, 1)).toBe(block + 10);
    expect(mail.seal()).toBe(11);
  });

  test("whose block is made larger keeps what is in it", () => {
    const mail = create();
    mail.begin(0, 0);
    const block = mail.realloc(0, 0, 1, 3);
    new Uint8Array(mail.memory.buffer, block, 3).set([1, 2, 3]);
    const moved = mail.realloc(block, 3, 1, 5_000);
    expect(moved).not.toBe(block);
    expect([...new Uint8Array(mail.memory.buffer, moved, 3)]).toEqual([1, 2, 3]);
  });

  test("that nobody sealed goes when the next begins", () => {
    const mail = create();
    mail.begin(0, 100_000);
    const message = mail.begin(0, 10);
    expect(mail.used()).toBe(128);
    mail.seal();
    mail.begin(0, 10);
    expect(mail.used()).toBe(256);
    mail.free(message);
    expect(mail.used()).toBe(128);
  });
});

describe("a process that has ended", () => {
  test("leaves nothing of what it was reading or writing, and all that others read", () => {
    const mail = create();
    const messages = [1, 2, 1, 3, 1].map((reader) => {
      const message = mail.begin(0, 1000);
      mail.seal();
      mail.open(message, reader);
      return message;
    });
    mail.free(messages[2] as number);
    mail.begin(0, 5_000);
    mail.abandon(1);
    expect(mail.used()).toBe(2 * 1024);
    mail.free(messages[3] as number);
    mail.abandon(2);
    mail.abandon(3);
    expect(mail.used()).toBe(0);
  });
});

test("a message that was closed outlives who had it open, and can be read again", () => {
  const mail = create();
  const message = mail.begin(0, 8);
  mail.seal();
  mail.open(message, 1);
  mail.close(message);
  mail.abandon(1);
  expect(mail.used()).toBe(128);
  mail.open(message, 2);
  mail.abandon(2);
  expect(mail.used()).toBe(0);
});

describe("when there is no room", () => {
  test("begin and realloc return 0, and what is freed can be had again", () => {
    const mail = create();
    expect(mail.limit(64 * KIB)).toBe(1);
    const held: number[] = [];
    for (let message = mail.begin(0, 64); message !== 0; message = mail.begin(0, 64)) {
      mail.seal();
      held.push(message);
    }
    expect(held).toHaveLength(512);
    for (const message of held) mail.free(message);
    const whole = mail.begin(0, 40 * KIB);
    expect(whole).toBeGreaterThan(0);
    expect(mail.realloc(0, 0, 1, 40 * KIB)).toBe(0);
    mail.free(whole);
    expect(mail.used()).toBe(0);
  });

  test.each([0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fff8, 1 << 30])(
    "for %i bytes at once",
    (bytes) => {
      const mail = create();
      expect(mail.begin(0, bytes | 0)).toBe(0);
      mail.begin(0, 8);
      expect(mail.realloc(0, 0, 8, bytes | 0)).toBe(0);
      expect(mail.used()).toBe(128);
    },
  );

  test.each([0, -1, 127, 0x7100_0000])("a limit of %i bytes is none", (bytes) => {
    expect(create().limit(bytes)).toBe(0);
  });

  test("the limit is set once, before the first message", () => {
    const mail = create();
    mail.begin(0, 1);
    expect(mail.limit(1 << 20)).toBe(0);
    const other = create();
    expect([other.limit(1 << 20), other.limit(1 << 20)]).toEqual([1, 0]);
  });
});

describe("a mistake traps, and nothing has changed", () => {
  interface There {
    /** Whole, and read by nobody. */
    readonly sealed: number;
    /** A block of it in a chunk of its own. */
    readonly block: number;
    /** Read by process 1. */
    readonly open: number;
  }
  const mistakes: Readonly<Record<string, (mail: Mail, there: There) => void>> = {
    "free of nothing": (mail) => mail.free(0),
    "free of an address inside of a message": (mail, { sealed }) => mail.free(sealed + 8),
    // An address lies 24 bytes behind the start of a chunk, a block in a chunk of its own 8.
    "free of a chunk that a message was extended by": (mail, { block }) => mail.free(block - 8 + 24),
    "free of what lies beyond": (mail) => mail.free(0x7fff_ff98),
    "free of a negative number": (mail) => mail.free(-8),
    "open of what is being written": (mail) => mail.open(mail.begin(0, 0), 1),
    "open by nobody": (mail, { sealed }) => mail.open(sealed, 0),
    "open by two": (mail, { open }) => mail.open(open, 2),
    "close of what is not open": (mail, { sealed }) => mail.close(sealed),
    "realloc into nothing": (mail) => mail.realloc(0, 0, 1, 1),
    "seal of nothing": (mail) => mail.seal(),
  };
  test.each(Object.entries(mistakes))("%s", (_, make) => {
    const mail = create();
    const sealed = mail.begin(0, 64);
    const block = mail.realloc(0, 0, 8, 4_000);
    mail.seal();
    const open = mail.begin(0, 9);
    mail.seal();
    mail.open(open, 1);
    expect(() => make(mail, { sealed, block, open })).toThrow(WebAssembly.RuntimeError);
    mail.abandon(1);
    expect(mail.used()).toBe(128 + 4096);
    mail.free(sealed);
    expect(mail.used()).toBe(0);
  });

  test("freeing twice, also what a guest made look like a message", () => {
    const mail = create();
    const large = mail.begin(0, 10_000);
    mail.seal();
    // All of its bytes are what stands in the map for a message.
    new Uint8Array(mail.memory.buffer, large, 10_000).fill(0x61);
    expect(() => mail.free(large + 128)).toThrow(WebAssembly.RuntimeError);
    mail.free(large);
    expect(() => mail.free(large)).toThrow(WebAssembly.RuntimeError);
    expect(mail.used()).toBe(0);
  });

  test.each([0, 3, 16, -1])("realloc with an alignment of %i", (align) => {
    const mail = create();
    mail.begin(0, 0);
    expect(() => mail.realloc(0, 0, align, 1)).toThrow(WebAssembly.RuntimeError);
  });
});
