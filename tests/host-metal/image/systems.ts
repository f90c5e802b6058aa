/**
 * Systems that have to behave the same on every host: what they are given, and nothing of what they do.
 *
 * They print no times, their entropy is seeded, and where calls nest without end
 * somebody else's stack ends them.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface ParityCase {
  /** A folder below tests/fixtures/image with a `system.ts`. */
  readonly system: string;
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly input?: string | Uint8Array;
  /** MiB of a machine without Linux: 64 unless told. */
  readonly memory?: number;
  /** It says what no other run says, unless both have the same seed. */
  readonly isRandom?: true;
}

const WAYS_TO_DIE: readonly (readonly [name: string, way: string])[] = [
  ["unreachable code", "0"],
  ["an access out of bounds", "1"],
  ["a division by zero", "2"],
  ["a recursion without end", "4"],
  ["an error that is thrown", "5"],
  ["a loop without end", "6"],
  ["a failed check", "7"],
  ["a memory that is full", "8"],
];

const LINES = Buffer.from("first\r\nsecond\n\nZo\xc3\xab\nbad \xff\xe2\x82 end\nlast", "latin1");

/** The file of a case's system. */
export function fileOf({ system }: Pick<ParityCase, "system">): string {
  return join(import.meta.dirname, "../../fixtures/image", system, "system.ts");
}

/** What the relative directories of a system start from; `scratch` is a folder that may be written to. */
export function baseOf(system: string, scratch: string): string {
  const folder = dirname(fileOf({ system }));
  const base = join(scratch, system);
  if (system === "files") cpSync(join(folder, "data"), join(base, "data"), { recursive: true });
  else if (system === "devices") oddTexts(folder, base);
  else return folder;
  return base;
}

/** Files as no checkout has them: links in and out, in a circle and to nothing, a pipe, a name that is no text. */
function oddTexts(fixture: string, base: string): void {
  const texts = join(base, "texts");
  cpSync(join(fixture, "texts"), texts, { recursive: true });
  mkdirSync(join(texts, "empty"));
  symlinkSync("deep/../b.txt", join(texts, "link.txt"));
  symlinkSync(".", join(texts, "again"));
  symlinkSync("/etc", join(texts, "away"));
  symlinkSync("is/not/there", join(texts, "nowhere"));
  spawnSync("mkfifo", [join(texts, "pipe")]);
  writeFileSync(Buffer.from(`${texts}/no \xff text`, "latin1"), "unseen");
  writeFileSync(join(texts, "large"), Buffer.alloc(3_000_000, 0xff));
}

export const PARITY: readonly ParityCase[] = [
  { system: "hello", name: "a call from app to app" },
  { system: "numbers", name: "numbers to the last bit" },
  { system: "faults", name: "a provider that lives", arguments: ["3", "9"] },
  ...WAYS_TO_DIE.map(([name, way]) => ({ system: "faults", name, arguments: [way] })),
  { system: "faults", name: "calls of the dead", arguments: ["2", "9", "0"] },
  { system: "estate", name: "resources of the dead" },
  { system: "devices", name: "all devices", arguments: ["x", "y z"], input: LINES },
  { system: "devices", name: "no input" },
  { system: "files", name: "directories by handles, of two processes" },
  { system: "talk", name: "messages, time, restarts, input", input: LINES },
  { system: "talk", name: "more failures than a supervisor bears", arguments: ["7"] },
  { system: "talk", name: "a server that lives", arguments: ["0"] },
  { system: "crowd", name: "processes that are made at run time", arguments: ["spawn", "ring", "die"] },
  { system: "crowd", name: "handles of processes that change hands", arguments: ["give", "spawn"] },
  { system: "crowd", name: "a process that falls with what it made", arguments: ["link"] },
  { system: "crowd", name: "handles that change hands many times", arguments: ["stow", "trade"] },
  {
    system: "crowd",
    name: "handles that are forged, stale or of others",
    arguments: ["forge0", "forge1", "forge2"],
  },
  {
    system: "crowd",
    name: "handles that are made less or taken back, and forged",
    arguments: ["forge3", "forge4"],
  },
  { system: "crowd", name: "handles that are dropped or given, and forged", arguments: ["forge5", "forge6"] },
  {
    system: "crowd",
    name: "more processes and handles than there may be",
    arguments: ["hoard", "fill", "fill"],
  },
  { system: "crowd", name: "what the kernel shows, and the end of others", arguments: ["look", "die"] },
  {
    system: "hostile",
    name: "a component that reaches for all that is not its own",
    arguments: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0"],
  },
  {
    system: "hostile",
    name: "pages that it has no more, since it began anew",
    arguments: ["10", "0", "10", "1", "9", "2", "9", "10", "10"],
  },
  { system: "chance", name: "time and chance, of a seed", input: "one\ntwo\nthree\n", isRandom: true },
  {
    system: "streams",
    name: "standard streams as bytes, and an exit status",
    arguments: ["a", "b"],
    input: Buffer.from("text\0\r\n\x1b[1m\xff\xfe\nlast", "latin1"),
  },
  { system: "search", name: "the search example", input: "wasm\n", memory: 32 },
  { system: "clumsy-search", name: "an index that dies, and comes back", memory: 32 },
  { system: "devices", name: "a line that is too long", input: "é".repeat(600_000) },
];
