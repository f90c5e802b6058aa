/** What host-metal/hal/hal.h promises, by programs that run on it, on both machines of QEMU. */
import { describe, expect, it } from "vitest";
import { boot, MACHINES, missing, RINGS, type Boot, type Booted } from "./boot.ts";

const reason = missing();
if (reason !== undefined) console.warn(`skipped: what runs on the bare machine: ${reason}`);

const PANIC = 101;
/** The numbers of hal.h. */
const FAULT = { outOfBounds: 1, stack: 2, divide: 3, instruction: 4, float: 5, raised: 64 };
const STATUS = { noMemory: 1, noAddress: 2, invalid: 3 };

const PLACES = MACHINES.flatMap((machine) => RINGS.map((ring) => ({ machine, ring })));

describe.skipIf(reason !== undefined).each(PLACES)("a program on $machine in ring $ring", (place) => {
  const run = (test: string, how: Partial<Boot> = {}): Promise<Booted> =>
    boot({ ...place, words: `test=${test}`, ...how });

  it("says hello, and its status is the machine's", async () => {
    expect(await run("hello status=7")).toEqual({ lines: ["hello"], status: 7 });
    expect(await run("hello status=0", { memory: 4 })).toEqual({ lines: ["hello"], status: 0 });
    expect(await run("hello status=4711")).toEqual({ lines: ["hello"], status: 127 });
  });

  it("reads the words of the command line", async () => {
    const { lines } = await run("options  name=x flag path=/a=b name=y");
    expect(lines).toEqual(['name: "x"', 'flag: ""', 'path: "/a=b"', "nam is not there"]);
  });

  it("is refused a command line that is too long", async () => {
    const { lines, status } = await run(`options ${"x".repeat(2048)}`);
    expect(lines[0]).toBe("panic: the command line has more than 2,047 bytes");
    expect(status).toBe(PANIC);
  });

  it("loses nothing of what it says before it ends", async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    expect(await run("flood")).toEqual({ lines, status: 0 });
  });

  it("waits for console input without working", async () => {
    expect(await run("echo", { input: "what is typed\n" })).toEqual({
      lines: ["ready", "what is typed"],
      status: 0,
    });
  });

  it("waits until a time, and not when it has passed", async () => {
    const before = performance.now();
    expect(await run("time milliseconds=200")).toEqual({ lines: ["waited", "not waited"], status: 0 });
    expect(performance.now() - before).toBeGreaterThan(198);
  });

  it("has entropy where the processor has", async () => {
    expect((await run("entropy")).lines).toEqual(["19 bytes, same 0"]);
    expect((await run("entropy", { cpu: "qemu64" })).lines).toEqual(["no source"]);
  });

  it("takes pages and gives them back", async () => {
    const { lines } = await run("pages");
    expect(lines).toEqual(["taken 4", "again: same place 1, sum 0", "lost 0", "too many: 0"]);
  });

  it("goes on after every kind of fault", async () => {
    const end = 65536;
    const round = [
      `read at the end: ${FAULT.outOfBounds}, at ${end}`,
      `write at the end: ${FAULT.outOfBounds}, at ${end}`,
      `read across the end: ${FAULT.outOfBounds}, at ${end}`,
      `write furthest: ${FAULT.outOfBounds}, at ${2 * 0xffffffff + 8}`,
      `given to a call: ${FAULT.outOfBounds}, at ${end}`,
      `divide by zero: ${FAULT.divide}, at 0`,
      `divide too large: ${FAULT.divide}, at 0`,
      `no instruction: ${FAULT.instruction}, at 0`,
      `float: ${FAULT.float}, at 0`,
      `raised: ${FAULT.raised + 3}, at 0`,
      `recursion: ${FAULT.stack}`,
      `large frame: ${FAULT.stack}`,
    ];
    expect(await run("faults")).toEqual({ lines: [...round, ...round, "goes on"], status: 0 });
  });

  it("catches within a catch, and raises again", async () => {
    const { lines } = await run("nested-catches");
    expect(lines).toEqual([`inner: ${FAULT.divide}`, `outer: ${FAULT.raised + 1}, kept 5`]);
  });

  it("says itself where to go on, where nobody catches", async () => {
    expect(await run("handler")).toEqual({
      lines: [
        `caught: ${FAULT.outOfBounds}, at 0`,
        `goes on with ${FAULT.outOfBounds}, 0 off`,
        `goes on with ${FAULT.instruction}, 0 off`,
      ],
      status: 7,
    });
    const unwanted = await run("unwanted");
    expect(unwanted.lines[0]).toContain("panic: invalid opcode exception, vector 6");
    expect(unwanted.status).toBe(PANIC);
  });

  it("learns who was at fault, and who called", async () => {
    const { lines } = await run("blame");
    expect(lines[0]).toBe("instruction 1, caller 1");
    // between, test_blame, hal_program, run_program, start
    expect(lines[1]).toBe("depth 5");
  });

  it("has memories that grow, are apart, and are zero when new", async () => {
    const { lines } = await run("memories");
    expect(lines).toEqual([
      "reserved 0 0",
      "apart 16",
      "grown 0 0",
      "sums 0 0",
      `grown 0, size ${3 << 20}`,
      "sums 3 0",
      `invalid ${STATUS.invalid} ${STATUS.invalid} ${STATUS.invalid}`,
      "reserved 0",
      "grown 0, sum 0",
      "lost 0",
    ]);
  });

  it("maps pieces of a memory's place, each once", async () => {
    const { lines } = await run("pieces");
    expect(lines).toEqual([
      "mapped 0",
      `again ${STATUS.invalid} ${STATUS.invalid}`,
      "at the end 0",
      `beyond ${STATUS.invalid} ${STATUS.invalid}`,
      `no pages ${STATUS.invalid} ${STATUS.invalid}`,
      `grown below 0, into it ${STATUS.invalid}`,
      `size ${1 << 20}, byte 1`,
      "lost 0",
    ]);
  });

  it("is told when there is no memory left, and loses none by that", async () => {
    const { lines } = await run("out-of-memory");
    expect(lines).toEqual([
      `far too large ${STATUS.noMemory}`,
      `a little too large ${STATUS.noMemory}`,
      `size ${1 << 20}, sum 67, lost 0`,
      "what fits 0",
      `a stack ${STATUS.noMemory}`,
      "lost 0",
    ]);
  });

  it("is told when all memories are taken", async () => {
    const { lines } = await run("out-of-places");
    expect(lines).toEqual([`8128 memories, then ${STATUS.noAddress}`, "released one, then 0", "grown 0"]);
  });

  it("switches between fibers, each of which goes on where it was", async () => {
    const rounds = [0, 1, 2].flatMap((n) => [
      `round ${n}`,
      `fiber 1 at ${n + 1}`,
      `fiber 10 at ${n * 10 + 10}`,
    ]);
    const { lines } = await run("fibers");
    expect(lines).toEqual(["made 0 0", ...rounds, "main again 1", "lost 0", "invalid 3 3"]);
    expect((await run("many-fibers")).lines).toEqual(["visits 1000, lost 0"]);
  });

  it("has catches of its own on each stack, and a guard region below it", async () => {
    const { lines } = await run("fiber-faults");
    expect(lines).toEqual([`fiber: ${FAULT.stack}, 1 below`, `main: ${FAULT.raised}`]);
  });
});

describe.skipIf(reason !== undefined).each(MACHINES)("a program beside the layer on %s", (machine) => {
  it("reaches memory above 4 GiB", async () => {
    const { lines } = await boot({ machine, words: "test=high-memory", memory: 5120 });
    expect(lines).toEqual(["more than 4 GiB 1, written and read 1"]);
  });
});

/** Who called the function that panicked. */
const PROGRAM = ["run_panic", "test_panics", "hal_program", "run_program", "start"];
function namesOf(lines: string[]): string[] {
  return lines.map((line) => line.replace(/^ {2}at \w{16} (\w+)\+0x\w{4}$/, "$1"));
}

describe.skipIf(reason !== undefined).each(RINGS)("what nothing can go on from, in ring %i", (ring) => {
  const panic = (name: string): Promise<Booted> =>
    boot({ machine: "microvm", ring, words: `test=panics panic=${name}` });
  const user = ring === 3 ? 4 : 0;

  it.each([
    ["null-pointer", `page fault exception, vector 14, error 0x000${2 + user}, address 0000000000000008`],
    ["wild-pointer", `page fault exception, vector 14, error 0x000${2 + user}, address 0000004b00000008`],
    ["write-text", `page fault exception, vector 14, error 0x000${3 + user}`],
    ["write-constant", `page fault exception, vector 14, error 0x000${3 + user}`],
    ["execute-data", `page fault exception, vector 14, error 0x001${1 + user}`],
    ["uncaught-fault", "invalid opcode exception, vector 6"],
    ["uncaught-raise", "a fault was raised that nobody catches"],
    ["fiber-returns", "the function of a fiber has returned"],
    ["switch-to-itself", "switch to a fiber that does not wait"],
    ["drop-itself", "a fiber drops itself"],
    ["drop-twice", "drop of what is no fiber with a stack of its own"],
    ["give-twice", "pages are given back that nobody has"],
    ["release-twice", "a memory is released that nobody has"],
    ["end-outer-catch", "a catch is ended that is not the innermost one"],
  ])("%s ends the machine and says why", async (name, why) => {
    const { lines, status } = await panic(name);
    expect(lines[0]).toContain(`panic: ${why}`);
    expect(status).toBe(PANIC);
  });

  it("tells the registers and the functions on the stack", async () => {
    const { lines } = await panic("null-pointer");
    expect(lines[5]).toMatch(/^ {2}rip 00000000002\w{5} {2}flags /);
    expect(namesOf(lines.slice(6))).toEqual(["null_pointer", ...PROGRAM]);
  });

  it("tells who made a call that fails", async () => {
    const { lines } = await panic("release-twice");
    const layer = ring === 3 ? ["gate_hal_memory_release", "gate_entry", "hal_memory_release"] : [];
    expect(namesOf(lines.slice(1))).toEqual(["hal_memory_release", ...layer, "release_twice", ...PROGRAM]);
  });
});

describe.skipIf(reason !== undefined)("what is refused at the start", () => {
  it("refuses a processor without 64 bits", async () => {
    expect(await boot({ machine: "microvm", words: "test=hello", cpu: "qemu32" })).toEqual({
      lines: ["atoll: this processor has no 64-bit mode with execution protection"],
      status: PANIC,
    });
  });
});
