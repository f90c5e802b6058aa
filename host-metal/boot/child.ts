/**
 * QEMU as a child that nobody outlives: with sockets for the machine's lines, and ended with this process.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { EMULATOR } from "./emulator.ts";
import { type Channel, commandLine, type Machine } from "./machine.ts";

export interface Lines {
  readonly console: Duplex;
  readonly serial: Duplex;
  readonly control: Duplex;
}

/** The machine's lines by the number of their descriptor in the child. */
const DESCRIPTORS = { console: 3, serial: 4, control: 5 } as const;

export interface Child {
  readonly lines: Lines;
  /** What QEMU itself said is in `complaint`, `code` is its exit status. Rejects where it cannot be started. */
  readonly ended: Promise<{ readonly code: number | null; readonly complaint: string }>;
  readonly kill: () => void;
}

/** Starts the machine. All that its lines say has to be read, or it waits. */
export function startMachine(machine: Omit<Machine, keyof Lines>): Child {
  const to = (line: keyof Lines): Channel => ({ descriptor: DESCRIPTORS[line] });
  const lines = { console: to("console"), serial: to("serial"), control: to("control") };
  const [program = EMULATOR, ...args] = [...leash(), EMULATOR, ...commandLine({ ...machine, ...lines })];
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe"],
    // Ctrl-C goes to all processes of the terminal's group, and would end QEMU before the system is asked.
    detached: true,
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = endOf(child).finally(() => process.off("exit", kill));
  return {
    lines: {
      console: line(child, DESCRIPTORS.console),
      serial: line(child, DESCRIPTORS.serial),
      control: line(child, DESCRIPTORS.control),
    },
    ended,
    kill,
  };
}

function endOf(child: ChildProcess): Child["ended"] {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; complaint: string }>();
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString("utf8");
  });
  child.once("error", reject);
  child.once("close", (code) => resolve({ code, complaint }));
  return promise;
}

/** Each pipe that Node makes for a child is a Unix socket, so it goes both ways. */
function line(child: ChildProcess, descriptor: number): Duplex {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Socket)) throw new TypeError(`descriptor ${descriptor} of QEMU is no socket`);
  // The machine may end while something is on its way to it.
  stream.on("error", () => {});
  return stream;
}

/** Words before the program's name that have Linux end it when this process is killed; none where there are none. */
function leash(): readonly string[] {
  const words = ["setpriv", "--pdeathsig", "KILL"];
  return spawnSync("setpriv", [...words.slice(1), "true"]).status === 0 ? words : [];
}
