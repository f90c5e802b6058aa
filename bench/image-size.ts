/**
 * `npm run bench:image-size`: how large images are, and the least memory that they work with.
 *
 * The hello of `atoll bench boot`, and the search example with Atoll's documents as its
 * texts. Memory is a number of MiB, found by halving: an image works with it when it
 * writes what the executable for Linux does, and ends as well. The machine is QEMU's
 * microvm with the devices that `atoll boot` gives it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMULATOR, missingEmulator } from "../host-metal/boot/emulator.ts";
import { readImage } from "../host-metal/boot/image-file.ts";
import { commandLine, type Mebibytes } from "../host-metal/boot/machine.ts";
import { searchExample } from "./harness/search-example.ts";
import { ROOT } from "./harness/workspace.ts";

interface System {
  readonly name: string;
  readonly file: string;
  /** Of the image for the bare machine; absent where nobody has said. */
  readonly mostBytes?: number;
  readonly mostMemory: Mebibytes;
}

const KILOBYTE = 1000;
const MEBIBYTE = 1024 * 1024;
/** Milliseconds, after which an image with too little memory is given up. */
const PATIENCE = 60_000;
/** What QEMU ends with where the system has ended with 0. */
const ENDED_WELL = 1;

const temporary = mkdtempSync(join(tmpdir(), "atoll-image-size-"));
try {
  const missing = missingEmulator();
  if (missing !== undefined) console.log(`least memory: not measured, ${missing}`);
  for (const system of systems()) report(system, missing === undefined);
} catch (error) {
  console.error(`image-size: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function systems(): readonly System[] {
  const search = searchExample(temporary);
  const texts = Math.ceil(search.textBytes / MEBIBYTE);
  const hello = join(ROOT, "bench/boot/hello/system.ts");
  return [
    { name: "hello", file: hello, mostBytes: 300 * KILOBYTE, mostMemory: 4 },
    { name: `search, texts of ${kilobytes(search.textBytes)}`, file: search.system, mostMemory: 32 + texts },
  ];
}

function report({ name, file, mostBytes, mostMemory }: System, boots: boolean): void {
  const [metal, linux] = [made(file, "metal"), made(file, "linux")];
  const bytes = statSync(metal).size;
  const limit = mostBytes === undefined ? "" : `, ${verdict(bytes, mostBytes)} ${kilobytes(mostBytes)}`;
  console.log(`${name}: image for metal: ${kilobytes(bytes)}${limit}`);
  console.log(`${name}: executable for Linux: ${kilobytes(statSync(linux).size)}`);
  if (!boots) return;
  const least = leastMemory(metal, outputOf(linux));
  console.log(`${name}: least memory: ${least} MiB, ${verdict(least, mostMemory)} ${mostMemory} MiB`);
}

/** Path of the image. */
function made(file: string, target: "metal" | "linux"): string {
  const output = join(temporary, target);
  const args = ["image", "--target", target, file, "-o", output];
  const image = spawnSync(process.execPath, [join(ROOT, "bin/atoll.js"), ...args], { encoding: "utf8" });
  if (image.status !== 0) throw new Error(image.stderr.trim());
  return output;
}

function outputOf(executable: string): string {
  const { status, stdout, stderr } = spawnSync(executable, { encoding: "utf8" });
  if (status !== 0 || stdout === "") throw new Error(`${executable} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** With less than where the image ends nothing begins. Throws where it does not work with what it asks for. */
function leastMemory(image: string, expected: string): Mebibytes {
  const { end, memory } = readImage(image, readFileSync(image));
  let [fails, works] = [Math.floor(end / MEBIBYTE), Math.ceil(memory / MEBIBYTE)];
  if (!worksWith(image, expected, works)) throw new Error(`${image} does not work with ${works} MiB`);
  while (works - fails > 1) {
    const middle = Math.floor((works + fails) / 2);
    if (worksWith(image, expected, middle)) works = middle;
    else fails = middle;
  }
  return works;
}

function worksWith(file: string, expected: string, memory: Mebibytes): boolean {
  const args = commandLine({
    from: { kind: "kernel", file, words: "" },
    memory,
    console: "stdio",
    serial: "nowhere",
    control: "nowhere",
    entropy: true,
  });
  const { status, stdout, error } = spawnSync(EMULATOR, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: PATIENCE,
    killSignal: "SIGKILL",
  });
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== "ETIMEDOUT") throw error;
  return status === ENDED_WELL && stdout === expected;
}

function verdict(found: number, limit: number): string {
  return found <= limit ? "within the limit of" : "OVER the limit of";
}

function kilobytes(bytes: number): string {
  return `${(bytes / KILOBYTE).toFixed(1)} KB`;
}
