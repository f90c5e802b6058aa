/** `atoll boot`: a system in a virtual machine, used as `atoll run` is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingEmulator } from "../../host-metal/boot/emulator.ts";
import { MISSING } from "../host-metal/image/tools.ts";
import { atoll, builtFolder, start, type Started } from "./atoll.ts";

const reason = MISSING ?? missingEmulator();
if (reason !== undefined) console.warn(`skipped: atoll boot: ${reason}`);

const folder = builtFolder("hello");
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);
const tagged = (...lines: string[]): string => lines.map((line) => `main │ ${line}\n`).join("");
/** Of the same parts as in other tests. */
const CACHE = join(import.meta.dirname, "../fixtures/image/build");

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  symlinkSync(CACHE, file("build/image"));
  const system = readFileSync(file("system.ts"), "utf8");
  const named = system.replace('name: "hello"', 'name: "supervised"');
  writeFileSync(file("supervised.ts"), named.replace("  entry:", "  supervisor: {},\n  entry:"));
  for (const disk of ["data.img", "texts.img"]) writeFileSync(file(disk), Buffer.alloc(4096));
});
afterAll(() => folder.remove());

const booting = (...args: string[]): Started => start(["boot", ...args], setting);

/** Processes of QEMU that boot this folder's images. */
function machines(): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes("qemu") && line.includes(folder.path));
}

describe.skipIf(reason !== undefined)("a system that is booted", () => {
  const image = file("build/hello-metal");
  const supervised = file("build/supervised-metal");

  beforeAll(async () => {
    const args = ["boot", "--debug", "system.ts", "--", "code", "200"];
    const first = await atoll(args, setting);
    expect([first.code, first.stdout]).toEqual([200, tagged("Hello, 200!")]);
    expect(first.stderr).toMatch(/^(Compiling hello for metal …\n)?$/);
    expect(await atoll(["boot", "--debug", "supervised.ts"], setting)).toMatchObject({ code: 0 });
  });

  it("runs in ring 3 too, which an image that is made cannot choose", async () => {
    const args = ["boot", "--debug", "--ring", "3"];
    expect(await atoll([...args, "system.ts", "--", "code", "3"], setting)).toMatchObject({ code: 3 });
    expect(readFileSync(image).includes("gate_entry")).toBe(true);
    const { code, stderr } = await atoll([...args, image], setting);
    const granted = await atoll(["boot", image, "--dir", "."], setting);
    expect(granted.stderr).toMatch(/--dir and --env are for one component, and .*hello-metal is an image,/);
    expect(stderr).toMatch(/--ring 3: .*hello-metal is an image, and has the ring that it was made for\./);
    expect(code).toBe(1);
  });

  it("is no disk, which UEFI would boot", async () => {
    const { code, stdout, stderr } = await atoll(["boot", image, "--uefi"], setting);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^atoll: --uefi is for a disk, and .*hello-metal is none\.\nMake one: atoll image /,
    );
  });

  it("is built once, and told arguments", async () => {
    const args = ["boot", "--debug", "--no-tags", "system.ts", "--", "greet", "a %20 Zoë"];
    expect(await atoll(args, setting)).toMatchObject({ code: 0, stdout: "Hello, a %20 Zoë!\n", stderr: "" });
  });

  it("gives its exit code on any machine, also with disks", async () => {
    for (const machine of ["microvm", "q35"]) {
      const args = ["boot", image, "--machine", machine, "--disk", "data.img", "--disk", "texts.img:ro"];
      expect(await atoll([...args, "--", "code", "255"], setting)).toMatchObject({ code: 255, stderr: "" });
    }
  });

  it("reads lines to the end of input", async () => {
    const long = "x".repeat(20_000);
    const { code, stdout } = await atoll(["boot", image, "--", "echo"], {
      ...setting,
      input: `one\ntwö\n${long}\nthree`,
    });
    expect([code, stdout]).toEqual([0, tagged("one", "twö", long, "three", "4 lines")]);
  });

  it("answers line by line while its input stays open", async () => {
    const { child, ended, said } = booting(supervised, "--", "echo");
    child.stdin?.write("first\n");
    await said("first");
    child.stdin?.write("second\n");
    await said("second");
    child.stdin?.end();
    expect(await ended).toMatchObject({ code: 0, stdout: tagged("first", "second", "2 lines") });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("is stopped in order by %s", async (signal, code) => {
    const { child, ended, said } = booting(supervised, "--", "echo");
    child.stdin?.write("first\n");
    await said("first");
    child.kill(signal);
    // Who reads sees the end of input.
    expect(await ended).toMatchObject({ code, stdout: tagged("first", "1 lines"), stderr: "" });
  });

  it.each([
    ["a system that nobody tells of it", () => image, []],
    ["a system that does not stop in time", () => supervised, ["--deadline", "0.1"]],
  ] as const)("ends %s", async (_, which, options) => {
    const { child, ended, said } = booting(which(), ...options, "--", "loop");
    await said("looping");
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    const late = `atoll: ${which()} did not stop in time after SIGTERM, and was ended.\n`;
    expect([code, stderr]).toEqual([143, options.length > 0 ? late : ""]);
  });

  it("leaves no machine behind, however it ends", async () => {
    const { child, ended, said } = booting(image, "--", "loop");
    await said("looping");
    expect(machines()).toHaveLength(1);
    child.kill("SIGKILL");
    await ended;
    while (machines().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it("ends when nobody reads it", async () => {
    const { child, ended, said } = booting(image, "--", "flood");
    await said("line 10");
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 141 });
  });

  it("boots from a disk, by BIOS and by UEFI", async () => {
    const args = [
      "image",
      "--target",
      "metal",
      "--debug",
      "--format",
      "disk",
      "system.ts",
      "--",
      "code",
      "199",
    ];
    expect(await atoll(args, setting)).toMatchObject({ code: 0 });
    const disk = "build/hello-metal.img";
    const bios = await atoll(["boot", disk], setting);
    expect(bios).toMatchObject({ code: 199, stdout: tagged("Hello, 199!") });
    expect((await atoll(["boot", disk, "--", "x"], setting)).stderr).toMatch(
      /expected no arguments, found x/,
    );
    expect((await atoll(["boot", disk, "--machine", "microvm"], setting)).stderr).toMatch(/--machine q35/);
    const { code, stdout, stderr } = await atoll(["boot", disk, "--uefi"], setting);
    if (code === 1) expect(stderr).toMatch(/^atoll: UEFI .* is not installed.*\n.*apt-get install ovmf\n$/);
    else expect([code, stdout]).toEqual([199, tagged("Hello, 199!")]);
  });

  it("says when the machine has too little memory", async () => {
    const { code, stderr } = await atoll(["boot", image, "--memory", "3"], setting);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^atoll: there is no room for a \w+\.\n$/)]);
    const less = await atoll(["boot", image, "--memory", "1"], setting);
    expect(less.stderr).toMatch(
      /^atoll: --memory 1: the image alone ends at \d MiB; its system asks for \d+\.\n$/,
    );
    expect(less.code).toBe(1);
  });

  it("waits for gdb where it is asked to", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { child, ended, said } = booting(image, "--gdb", port.toString());
    await said(`target remote :${port}`);
    // The question "?" of gdb's protocol: why does it stand still? T05: a trap.
    const answer = await gdbAnswer(port, "$?#3f");
    expect(answer).toMatch(/^\+\$T05/);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "" });
  });

  it("prints the command instead", async () => {
    const { stdout, code } = await atoll(["boot", image, "--print-command", "--", "code", "9"], setting);
    expect(code).toBe(0);
    const { status, stdout: said } = spawnSync("sh", ["-c", stdout], { encoding: "utf8" });
    expect([status, said]).toEqual([19, tagged("Hello, 9!")]);
  });

  it.each([
    ["an executable for Linux", "ls", /^atoll: ls: expected an image made by atoll image, found an ELF file/],
    [
      "another processor's",
      "arm.elf",
      /^atoll: arm.elf: expected an image for x86-64, found an ELF file for an/,
    ],
    ["a part of an image", "part.elf", /^atoll: part.elf: the ELF file is cut off/],
    [
      "a disk of nothing",
      "empty.img",
      /^atoll: empty.img: expected a disk made by atoll image, found one without a system/,
    ],
  ])("refuses %s", async (_, name, message) => {
    const bytes = readFileSync(image);
    const arm = Buffer.from(bytes);
    arm.writeUInt16LE(183, 18);
    writeFileSync(file("arm.elf"), arm);
    writeFileSync(file("part.elf"), bytes.subarray(0, 8192));
    const other = Buffer.from(bytes);
    other.write("Other", bytes.indexOf("Atoll\0"));
    writeFileSync(file("ls"), other);
    const disk = Buffer.alloc(4096);
    disk.writeUInt16LE(0xaa55, 510);
    writeFileSync(file("empty.img"), disk);
    const { code, stderr } = await atoll(["boot", name], setting);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

function gdbAnswer(port: number, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      const socket = connect(port, "127.0.0.1");
      let answer = "";
      socket.once("connect", () => socket.write(question));
      socket.on("data", (chunk) => {
        answer += chunk.toString("latin1");
        if (answer.includes("#")) {
          socket.destroy();
          resolve(answer);
        }
      });
      // QEMU listens a moment after it was started.
      socket.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNREFUSED" ? setTimeout(attempt, 20) : reject(error),
      );
    };
    attempt();
  });
}

describe("mistakes", () => {
  it.skipIf(reason !== undefined).each([
    [["nothing.ts"], "found nothing: there is no such file."],
    [["."], "found a folder."],
    [["system.ts", "--memory", "much"], "expected a number of MiB, such as 64."],
    [["system.ts", "--gdb", "70000"], "expected a port, 1 to 65535."],
    [["system.ts", "--machine", "pc"], "Allowed choices are microvm, q35."],
    [["system.ts", "--disk", "none.img"], "none.img: expected a raw image of a disk, found nothing"],
    [["system.ts", "--uefi"], "--uefi is for a disk, and system.ts is none.\nMake one: atoll image"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await atoll(["boot", ...args], setting);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("without QEMU says what to install", async () => {
    const empty = { ...setting, env: { PATH: folder.path } };
    const { code, stderr } = await atoll(["boot", "system.ts"], empty);
    expect([code, stderr]).toEqual([
      1,
      "atoll: qemu-system-x86_64 is not installed (Debian: qemu-system-x86).\nOn Debian or Ubuntu: apt-get install qemu-system-x86\n",
    ]);
  });
});
