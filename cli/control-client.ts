/**
 * Asks a running system by its control socket: for `atoll ps`, `tree`, `trace`, `kill` and `stop`.
 *
 * Which socket that is, is read off what the user named: the socket itself, or
 * the system that grants it. Nothing is built for that.
 */
import { statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { Answer, Answers, Ask } from "../host-linux/index.ts";
import { readPlan } from "./plan-source.ts";
import { UsageError } from "./report.ts";
import { readSource } from "./source.ts";

/** Where a system listens. */
interface Place {
  /** The system's name, or the socket's path. */
  readonly label: string;
  readonly socket: string;
}

const GRANT = 'Write control: "./run.sock" into its description, beside supervisor, and start it again.';

export class ControlClient {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;
  readonly #label: string;

  private constructor(socket: Socket, label: string) {
    this.#socket = socket;
    this.#label = label;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /**
   * @param system A `system.ts`, a linked system or a socket.
   * @param folder Where a linked system's relative paths start.
   * @throws UsageError when it grants no control, does not run, or is not ours.
   */
  static async open(system: string, folder?: string): Promise<ControlClient> {
    const { label, socket } = await placeOf(system, folder);
    const { socketPath } = await import("../host-linux/index.ts");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const connection = connect({ path: socketPath(socket) });
    connection.once("connect", resolve).on("error", reject);
    await promise.catch((error: NodeJS.ErrnoException) => {
      throw notThere(label, relative(process.cwd(), socket), error.code ?? error.message);
    });
    return new ControlClient(connection, label);
  }

  /** @throws UsageError with what the system says, or when it ends before it answers. */
  async ask<A extends Ask>(ask: A, fields: object = {}): Promise<Answers[A]> {
    const { PROTOCOL_VERSION } = await import("../host-linux/index.ts");
    this.#socket.write(`${JSON.stringify({ atoll: PROTOCOL_VERSION, ask, ...fields })}\n`);
    const answer = parsed<A>(await this.#line());
    if (answer?.atoll !== PROTOCOL_VERSION) {
      throw new UsageError(
        `${this.#label}: expected an answer of version ${PROTOCOL_VERSION}, found ${answer === undefined ? "none" : `version ${answer.atoll}`}: another Atoll runs it.`,
      );
    }
    if ("error" in answer) throw new UsageError(answer.error);
    return answer.answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next().catch(() => ({ value: "", done: true }) as const);
    if (done === true) throw new SystemEnded(`${this.#label} has ended.`);
    return value;
  }
}

/** The system ended while it was asked. */
export class SystemEnded extends UsageError {}

function parsed<A extends Ask>(line: string): Answer<A> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "atoll" in value ? (value as Answer<A>) : undefined;
  } catch {
    return undefined;
  }
}

async function placeOf(system: string, folder: string | undefined): Promise<Place> {
  if (statSync(system, { throwIfNoEntry: false })?.isSocket() === true) {
    return { label: system, socket: resolve(system) };
  }
  const source = await readSource(system);
  if (source.kind === "plan") {
    const plan = await readPlan(system, source.bytes);
    return granted(system, plan.system, plan.root.kernel?.control, folder ?? process.cwd());
  }
  if (source.kind !== "system") {
    throw new UsageError(
      `${system}: expected a system (.ts or .atoll) or its control socket, found one component.`,
    );
  }
  const { loadSystem } = await import("../toolchain/link/config/load.ts");
  const terminal = isatty(0) && isatty(1);
  const loaded = await loadSystem(system, { arguments: [], terminal });
  return granted(system, loaded.config.name, loaded.config.control, loaded.folder);
}

function granted(file: string, label: string, control: string | undefined, base: string): Place {
  if (control !== undefined) return { label, socket: resolve(base, control) };
  throw new UsageError(
    `${file}: the system grants no control, so nobody can see into it while it runs.`,
    GRANT,
  );
}

function notThere(label: string, socket: string, code: string): UsageError {
  if (code === "ENOENT" || code === "ECONNREFUSED") {
    return new UsageError(
      `${label} is not running: nobody listens on ${socket}.`,
      "Start it with atoll run; if it runs from another folder, name its socket.",
    );
  }
  if (code === "EACCES" || code === "EPERM") {
    return new UsageError(`${socket} belongs to another user, and only its owner may open it.`);
  }
  return new UsageError(`${socket} cannot be opened (${code}).`);
}
