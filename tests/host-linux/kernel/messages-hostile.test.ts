/** Guests that hand over what is not valid in a message: who dies, what the report says, and that nothing is left. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { ALLOCATOR, component, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { trapText } from "../../../host-linux/trap/trap-text.ts";

const ECHO = "interface api { echo: func(text: string) -> string; }";
const GUARDED = `interface api-guarded {
  use atoll:fault/types@0.1.0.{fault}; echo: func(text: string) -> result<string, fault>; }`;
/** A result at 16, of five bytes at 512. */
const RESULT = `(data (i32.const 16) "\\00\\02\\00\\00\\05\\00\\00\\00") (data (i32.const 512) "hello")`;
const REALLOC = `(memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)`;

let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

/** Its function `echo` is `body`. */
function server(body: string, memory = ALLOCATOR): Promise<Uint8Array> {
  return component(
    `package t:p; ${ECHO} world w { export api; }`,
    `(module ${memory} ${RESULT} (func (export "t:p/api#echo") (param i32 i32) (result i32) ${body}))`,
    "utf8",
  );
}

/** Sends that text to `server`; `first` is the result's first word, of the last call. */
function app(pointer: number, length: number, memory = ALLOCATOR): Promise<Uint8Array> {
  return component(
    `package t:p; ${GUARDED} world w { import api-guarded; export run: func(); export first: func() -> u32; }`,
    `(module (import "t:p/api-guarded" "echo" (func $echo (param i32 i32 i32))) ${memory} ${RESULT}
       (func (export "run") (call $echo (i32.const ${pointer}) (i32.const ${length}) (i32.const 1024)))
       (func (export "first") (result i32) (i32.load (i32.const 1024))))`,
    "utf8",
  );
}

/** Until the entry has returned; what the reports of deaths say first, by process. */
async function run(
  app: Uint8Array,
  server: Uint8Array,
): Promise<{ died: [string, string][]; first: number }> {
  const guests: Guests = {
    app: { bytes: app, imports: { "t:p/api-guarded": { process: "server", queue: true } } },
    server: { bytes: server },
  };
  running = bringUp(supervised(guests, { kernel, entry: "app", supervisor: { intensity: 0 } }).plan);
  await running.kernel?.run(() => {});
  expect(running.kernel?.mailBytes()).toBe(0);
  const died = running.deaths.map(({ process, report }): [string, string] => [
    process,
    (report && trapText(report).split("\n")[0]) ?? "",
  ]);
  return { died, first: Number(call(running, "app", "first")) };
}

const HONEST = "(i32.const 16)";
const between = "a value between app and server (t:p/api-guarded) was refused";

describe("a sender", () => {
  it.each([
    ["that points beyond its memory", 0x7fff_fff0, 5, "string is out of bounds"],
    ["whose text is longer than its memory", 512, 0x0fff_ffff, "string is out of bounds"],
    ["whose text is longer than any", 512, 0x7fff_ffff, "string is too long"],
    ["whose text is none", 600, 2, "string is not valid UTF-8"],
  ])("%s dies, and nobody else", async (_, pointer, length, rule) => {
    const bad = await app(pointer, length, `${ALLOCATOR} (data (i32.const 600) "\\ff\\ff")`);
    expect((await run(bad, await server(HONEST))).died).toEqual([["app", `${between}: ${rule}`]]);
  });

  it("whose memory has no room for the result dies of its realloc", async () => {
    const bad = await app(512, 5, `${REALLOC} (i32.const -1))`);
    const { died } = await run(bad, await server(HONEST));
    expect(died).toEqual([["app", `${between}: realloc returned memory out of bounds`]]);
  });
});

describe("a receiver", () => {
  const to = "a value between app and server was refused";

  it.each([
    ["that returns an address beyond its memory", "(i32.const 0x7ffffff0)", "result is out of bounds"],
    ["that returns an address that is not aligned", "(i32.const 18)", "result pointer is not aligned"],
  ])("%s dies, and its caller gets the fault", async (_, body, rule) => {
    const { died, first } = await run(await app(512, 5), await server(body));
    expect(died).toEqual([["server", `${to}: ${rule}`]]);
    expect(first).toBe(1);
  });

  it.each([
    ["lies", "(i32.const -1)", "realloc returned memory out of bounds"],
    ["traps", "unreachable", /process server trapped .* unreachable/],
  ])("whose realloc %s dies before its function is called", async (_, body, said) => {
    const bad = await server("unreachable", `${REALLOC} ${body})`);
    const { died, first } = await run(await app(512, 5), bad);
    expect(died).toEqual([
      ["server", typeof said === "string" ? `${to}: ${said}` : expect.stringMatching(said)],
    ]);
    expect(first).toBe(1);
  });
});
