/** Standard streams as bytes: what a process writes comes out, what is sent comes in, and its status is the system's. */
import { readFileSync } from "node:fs";
import { PassThrough, Readable, Writable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf, runSystem, type Outcome, type RunOptions } from "../../host-linux/index.ts";
import { builtKernel, type KernelModules } from "../../kernel/built.ts";
import { buildApps } from "../../toolchain/compile/index.ts";
import { configuration, console, stdio } from "../../toolchain/link/config/grants.ts";
import { Folder } from "../toolchain/compile/guest.ts";
import { linked, refused, supervised, type Guests } from "../toolchain/link/guests.ts";
import { recordFile } from "./kernel/recording.ts";

/** Writes all, and reads all, as a program without threads does: what is not there is waited for. */
const BLOCKING = `import { Output, exit, isTerminal, read, write } from "atoll:device/stdio";
  import { wait } from "atoll:kernel/wakeup";
  function writeAll(to: Output, bytes: StaticArray<u8>): bool {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = write(to, rest);
      if (taken.isErr) return false;
      if (taken.value == 0) wait(u64.MAX_VALUE);
      else rest = StaticArray.fromArray(rest.slice(taken.value));
    }
    return true;
  }
  function utf8(text: string): StaticArray<u8> {
    const bytes = new StaticArray<u8>(String.UTF8.byteLength(text));
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, changetype<usize>(bytes));
    return bytes;
  }
  function readSome(most: u32): StaticArray<u8> | null {
    while (true) {
      const got = read(most);
      if (got.isErr) return null;
      if (got.value.length > 0) return got.value;
      wait(u64.MAX_VALUE);
    }
  }`;
const PROGRAMS = {
  "cat.ts": `// @wit t:cat/api
  ${BLOCKING}
  export function run(): u8 {
    for (let some = readSome(10000); some !== null; some = readSome(10000)) writeAll(Output.Out, some!);
    return 0;
  }`,
  "says.ts": `// @wit t:says/api
  import { getArguments } from "atoll:device/configuration";
  ${BLOCKING}
  export function run(): u8 {
    const texts = getArguments();
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i];
      if (text == "EXIT") exit(<u8>U32.parseInt(texts[i + 1]));
      else if (text == "CRASH") unreachable();
      else if (text == "TERMINALS") writeAll(Output.Out, utf8([isTerminal(0), isTerminal(1), isTerminal(2)].join(",") + "\\n"));
      else if (text.startsWith("E:")) writeAll(Output.Err, utf8(text.substring(2)));
      else writeAll(Output.Out, utf8(text));
    }
    return 0;
  }`,
  // So much that no pipe has room for it, with a mark at each 1000th byte.
  "floods.ts": `// @wit t:floods/api
  ${BLOCKING}
  export function run(): u8 {
    const bytes = new StaticArray<u8>(100000);
    for (let i = 0; i < bytes.length; i += 1000) bytes[i] = <u8>(i / 1000);
    for (let i = 0; i < 60; i++) if (!writeAll(Output.Err, bytes)) return 9;
    return 0;
  }`,
  "lines.ts": `// @wit t:lines/api
  import { readLine, writeLine } from "atoll:device/console";
  export function run(): u8 { writeLine("line"); return 0; }`,
};
let kernel: KernelModules;
const components = new Map<string, Uint8Array>();

beforeAll(async () => {
  kernel = await builtKernel();
  using folder = await new Folder().write(PROGRAMS);
  for (const { app, output } of await buildApps(Object.keys(PROGRAMS).map((name) => folder.file(name)))) {
    const name = Object.keys(PROGRAMS).find((one) => folder.file(one) === app) ?? "";
    components.set(name.slice(0, -3), new Uint8Array(readFileSync(output)));
  }
}, 60_000);

/** Of a program. */
function guest(name: string, texts?: readonly string[]): Guests[string] {
  const bytes = components.get(name);
  if (bytes === undefined) throw new Error(`there is no ${name}`);
  const grants = name === "lines" ? [console()] : [stdio()];
  return { bytes, grants: [...grants, ...(texts ? [configuration({ arguments: texts })] : [])] };
}

/** Keeps what is written to it, in pieces, and in order with that of its siblings. */
class Kept extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

interface Ran {
  readonly outcome: Outcome;
  readonly out: Buffer;
  readonly err: Buffer;
}

async function run(guests: Guests, options: Partial<RunOptions> = {}): Promise<Ran> {
  const entry = Object.keys(guests)[0] ?? "";
  const { plan } = supervised(guests, { entry, kernel });
  const [stdout, stderr] = [new Kept(), new Kept()];
  const outcome = await runSystem(plan, {
    base: ".",
    tags: false,
    stdout,
    stderr,
    stdin: () => Readable.from([]),
    record: recordFile(plan),
    ...options,
  });
  return { outcome, out: stdout.bytes, err: stderr.bytes };
}

describe("bytes", () => {
  it("come through unchanged, also what is no text, and more than there is room for", async () => {
    const sent = Buffer.alloc(1_000_003);
    for (let i = 0; i < sent.length; i++) sent[i] = (i * 7 + (i >> 8)) & 0xff;
    const pieces = [sent.subarray(0, 70_000), sent.subarray(70_000, 70_001), sent.subarray(70_001)];
    const { outcome, out } = await run({ main: guest("cat") }, { stdin: () => Readable.from(pieces) });
    expect(outcome).toMatchObject({ kind: "ended", exitCode: 0 });
    expect(out.equals(sent)).toBe(true);
  });

  it("for errors go to standard error, and have an end when nobody reads them", async () => {
    const { outcome, err } = await run({ main: guest("floods") });
    expect(exitCodeOf(outcome)).toBe(0);
    expect(err.length).toBe(6_000_000);
    expect([err[1000], err[99_000], err[5_999_000]]).toEqual([1, 99, 99]);
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
    const unread = await run({ main: guest("floods") }, { stderr: gone });
    expect(exitCodeOf(unread.outcome)).toBe(9);
  });

  it("wait for a reader that takes its time, and nobody else does", async () => {
    const stdout = new Kept();
    const held: (() => void)[] = [];
    const slow = new Writable({
      write(chunk: Buffer, _encoding, done) {
        held.push(() => done());
        stdout.chunks.push(chunk);
        // The other one's line is there although this one waits.
        setImmediate(() => held.shift()?.());
      },
    });
    const { outcome } = await run({ main: guest("floods") }, { stderr: slow });
    expect(exitCodeOf(outcome)).toBe(0);
    expect(stdout.bytes.length).toBe(6_000_000);
  });
});

describe("tagged output", () => {
  const tags = { tags: true };

  it("is in lines, with the end of a line that never came at the end of the process", async () => {
    const { out, err } = await run(
      { main: guest("says", ["a", "b\nc\n", "E:oops", "d", "E:!\n", "E:last"]) },
      tags,
    );
    expect(out.toString()).toBe("main │ ab\nmain │ c\nmain │ d\n");
    expect(err.toString()).toBe("main │ oops!\nmain │ last\n");
  });

  it("shows what would move the cursor, and cannot be forged", async () => {
    const { out } = await run({ main: guest("says", ["x\rother │ forged\u001b[2K\n"]) }, tags);
    expect(out.toString()).toBe("main │ x␍other │ forged␛[2K\n");
  });

  it("goes out in pieces where a line is too long, cut between characters", async () => {
    const { out } = await run({ main: guest("says", [`x${"ü".repeat(20_000)}`, "\n"]) }, tags);
    const lines = out.toString().split("\n").slice(0, -1);
    expect(lines.map((line) => line.slice(0, 7))).toEqual(["main │ ", "main │ ", "main │ "]);
    expect(lines.map((line) => line.slice(7)).join("")).toBe(`x${"ü".repeat(20_000)}`);
  });

  it("of a process that crashed has its last words", async () => {
    const dies = { ...guest("says", ["so far", "CRASH"]), restart: "temporary" } as const;
    expect((await run({ main: dies }, tags)).out.toString()).toBe("main │ so far\n");
  });

  it("is no terminal", async () => {
    expect((await run({ main: guest("says", ["TERMINALS"]) }, tags)).out.toString()).toBe(
      "main │ false,false,false\n",
    );
  });
});

describe("a terminal", () => {
  it("is what the host says", async () => {
    const stdout = Object.assign(new Kept(), { isTTY: true });
    await run({ main: guest("says", ["TERMINALS"]) }, { stdout });
    expect(stdout.bytes.toString()).toBe("false,true,false\n");
  });
});

describe("exit", () => {
  it.each([0, 7, 255])("with %d is the system's, where its process is not started again", async (status) => {
    const main = { ...guest("says", ["bye", "EXIT", String(status), "not"]), restart: "temporary" } as const;
    const { outcome, out } = await run({ main });
    expect(exitCodeOf(outcome)).toBe(status);
    expect(out.toString()).toBe("bye");
  });

  it("of another process is not", async () => {
    const other = { ...guest("says", ["EXIT", "7"]), restart: "temporary" } as const;
    const { outcome } = await run({ main: guest("says", ["done"]), other });
    expect(exitCodeOf(outcome)).toBe(0);
  });
});

it("a process that waits for input is ended by a signal, as if that were at its end", async () => {
  const stdin = new PassThrough();
  stdin.write("before");
  const stdout = new Writable({
    write(_chunk: Buffer, _encoding, done) {
      process.emit("SIGTERM", "SIGTERM");
      done();
    },
  });
  const { outcome } = await run({ main: guest("cat") }, { stdin: () => stdin, stdout, deadline: 10_000 });
  expect(outcome).toEqual({ kind: "stopped", signal: "SIGTERM", forced: false });
});

it("in a run with a seed, who waits for input gets it before time passes", async () => {
  const { out } = await run(
    { main: guest("cat") },
    { seed: 3, stdin: () => Readable.from([Buffer.from("in")]) },
  );
  expect(out.toString()).toBe("in");
});

it("streams that are closed are at their end", async () => {
  const main = { ...guest("cat"), grants: [{ ...stdio(), closed: true }] } as const;
  const { outcome, out } = await run({ main }, { stdin: () => Readable.from([Buffer.from("in")]) });
  expect(exitCodeOf(outcome)).toBe(0);
  expect(out.length).toBe(0);
});

describe("a system without", () => {
  it("the grant does not link", () => {
    const main = { ...guest("cat"), grants: [] };
    expect(refused(() => supervised({ main }, { entry: "main", kernel }))).toBe(
      'wiring: process "main" (./main.wasm) imports "atoll:device/stdio@0.1.0", and is not granted it\nIn system.ts, process "main": grants: [stdio()]; import { stdio } from "atoll-os"',
    );
  });

  it("a kernel does not either", () => {
    expect(refused(() => linked({ main: guest("cat") }, "main"))).toContain(
      'imports "atoll:device/stdio@0.1.0", and the system has no kernel\nIn system.ts, beside processes: supervisor: {}.',
    );
  });
});
