/** What a program in ring 3 may not do, tried in every way there is; on one machine, for the processor is the same. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, missing, testImage, type Booted } from "./boot.ts";

const reason = missing();
if (reason !== undefined) console.warn(`skipped: the walls of ring 3: ${reason}`);

const PANIC = 101;

function run(test: string, cpu = "max"): Promise<Booted> {
  return boot({ machine: "microvm", ring: 3, words: `test=${test}`, cpu });
}

const PROTECTION = "general protection exception, vector 13, error";
const FORBIDDEN = "in ring 3: the program may not do that";
const PAGE = "page fault exception, vector 14, error";
const UNUSABLE = "in ring 3: the program may not use that so";
const NOT_THERE = "pages are given back that nobody has";

/** Of its function. */
function nameOf(way: string): string {
  return `way_${way.replaceAll("-", "_")}`;
}

describe.skipIf(reason !== undefined)("a program in ring 3", () => {
  it.each<[string, string, string]>([
    ...["cli", "hlt", "out", "wrmsr", "write-cr3", "store-idt"].map((way): [string, string, string] => [
      way,
      `${PROTECTION} 0x0000`,
      FORBIDDEN,
    ]),
    ["interrupt", `${PROTECTION} 0x00e2`, FORBIDDEN],
    ["sysenter", "invalid opcode exception, vector 6", "in ring 3"],
    ["own-segment", `${PROTECTION} 0x0004`, FORBIDDEN],
    ["jump-to-ring-0", `${PROTECTION} 0x0008`, FORBIDDEN],
    ["read-layer", `${PAGE} 0x0005, address 0000000000200000`, UNUSABLE],
    ["write-layer", `${PAGE} 0x0007`, UNUSABLE],
    ["execute-layer", `${PAGE} 0x0015, address 0000000000200000`, UNUSABLE],
    ["read-machine", `${PAGE} 0x0005, address 0000000000800000`, UNUSABLE],
  ])("%s ends the machine and says why", async (way, what, why) => {
    const { lines, status } = await run(`forbidden way=${way}`);
    expect(lines[0]).toContain(`panic: ${what}`);
    expect(lines[0]).toContain(why);
    expect(lines.slice(6, 8).join()).toContain(
      way === "execute-layer" ? "test_forbidden+" : `${nameOf(way)}+`,
    );
    expect(status).toBe(PANIC);
  });

  it.each([
    ["print-layer", "hal_console_write", "0000000000200000"],
    ["print-across", "hal_console_write", "\\w{13}000"],
    ["print-nothing", "hal_message_write", "0000000000000000"],
    ["print-all", "hal_console_write", "\\w{13}000"],
    ["print-beyond", "hal_console_write", "000100000020\\w{4}"],
    ["fill-layer", "hal_entropy", "\\w{13}ff8"],
    ["fill-constants", "hal_entropy", "\\w{13}000"],
    ["memory-in-layer", "hal_memory_reserve", "\\w{13}000"],
  ])("is refused a call with memory that is not its own: %s", async (way, call, address) => {
    const { lines, status } = await run(`forbidden way=${way}`);
    const why = `panic: ${call} was given address ${address}, which the program may not use so`;
    expect(lines[0]).toMatch(new RegExp(`^${why}$`));
    expect(lines.slice(6, 8).join()).toMatch(new RegExp(`${call}.*${nameOf(way)}`));
    expect(status).toBe(PANIC);
  });

  it.each([
    ["give-image", NOT_THERE],
    ["give-layer", NOT_THERE],
    ["give-too-many", NOT_THERE],
    ...["give-other-stack", "give-half-a-stack", "give-no-stack"].map((way): [string, string] => [
      way,
      "a stack is given back that nobody has",
    ]),
    ["no-gate", "the program asked for a gate that there is not"],
    ["handler-faults", "invalid opcode exception, vector 6"],
  ])("gets nothing by lies: %s", async (way, why) => {
    const { lines, status } = await run(`forbidden way=${way}`);
    expect(lines[0]).toContain(`panic: ${why}`);
    expect(status).toBe(PANIC);
  });

  it("shares no function with the layer, nor a variable", () => {
    const object = join(dirname(testImage(3)), "apart.o");
    const { stdout } = spawnSync("nm", ["--undefined-only", "--format=just-symbols", object], {
      encoding: "utf8",
    });
    const places = /^(image_(start|text_end|rodata_end|end)|program_(text|rodata|data|data_end))$/;
    const others = stdout
      .trim()
      .split("\n")
      .filter((name) => !places.test(name));
    // Where it starts, and where its faults and its copy of the clock go.
    expect(others).toEqual(["program_fault_entry", "program_fault_stack", "program_shared", "program_start"]);
  });

  it("is refused memories and stacks that it made up", async () => {
    const invalid = Array.from({ length: 3 }, () => "3 3 3");
    expect(await run("forged")).toEqual({ lines: [...invalid, "lost 0"], status: 0 });
  });

  it("leaves none of its flags to the layer", async () => {
    expect(await run("flags")).toEqual({ lines: ["same 1", "caught 4, kept 0"], status: 0 });
  });

  it("may enter where SYSCALL leads, but nowhere else", async () => {
    const { stdout } = spawnSync("nm", [testImage(3)], { encoding: "utf8" });
    const address = Number.parseInt(/^(\w+) . gate_entry$/m.exec(stdout)?.[1] ?? "", 16);
    expect(await run(`entry address=${address}`)).toEqual({ lines: ["same 1"], status: 0 });
    const { lines } = await run(`entry address=${address + 6}`);
    expect(lines[0]).toContain(`panic: ${PAGE} 0x0015`);
  });

  it("runs where the processor has no SMEP, SMAP and UMIP", async () => {
    expect((await run("flags", "qemu64")).status).toBe(0);
    const { lines } = await run("forbidden way=execute-layer", "qemu64");
    expect(lines[0]).toContain(`panic: ${PAGE} 0x0015`);
  });
});
