/**
 * The control socket of a running system: who may open it is asked nothing more.
 *
 * Whoever comes can hurt nothing but its own connection: questions are short,
 * the next one is only read when the answer to the last one is taken, and there
 * are few connections at a time.
 */
import { createServer, type Server, type Socket } from "node:net";
import { resolve } from "node:path";
import type { Control } from "./control.ts";
import { answerLine, QUESTION_BYTES, said } from "./protocol.ts";
import { listenAt } from "./socket-file.ts";

const CONNECTIONS = 16;

export class Door {
  readonly #server: Server;
  readonly #release: () => void;
  readonly #connections = new Set<Socket>();
  /** Those that came before there was somebody to ask. */
  readonly #early: Socket[] = [];
  #control: Control | undefined;

  private constructor(server: Server, release: () => void) {
    this.#server = server;
    this.#release = release;
    server.on("connection", (connection: Socket) => this.#enter(connection));
  }

  /**
   * Makes the socket. Before the system's thread is started: see `listenAt`.
   * Throws HostError when it cannot be made.
   */
  static async open(base: string, path: string): Promise<Door> {
    const server = createServer();
    server.maxConnections = CONNECTIONS;
    const release = await listenAt(server, resolve(base, path));
    return new Door(server, release);
  }

  /** Who answers from now on. */
  serve(control: Control): void {
    this.#control = control;
    for (const connection of this.#early.splice(0)) void converse(control, connection);
  }

  /** Ends all connections and removes the socket. */
  close(): void {
    this.#release();
    for (const connection of this.#connections) connection.destroy();
    this.#server.unref();
  }

  #enter(connection: Socket): void {
    this.#connections.add(connection);
    connection.once("close", () => this.#connections.delete(connection));
    connection.on("error", () => connection.destroy()); // a client who went away
    if (this.#control === undefined) this.#early.push(connection);
    else void converse(this.#control, connection);
  }
}

async function converse(control: Control, connection: Socket): Promise<void> {
  try {
    for await (const line of questions(connection)) {
      const answer = line === undefined ? tooLong() : await answerLine(control, line);
      if (!connection.write(`${answer}\n`)) await drained(connection);
      if (line === undefined) break;
    }
    connection.destroySoon();
  } catch {
    connection.destroy(); // it went away in the middle of a line
  }
}

/** The lines of a connection; undefined, and nothing more, for one that is too long. */
async function* questions(connection: Socket): AsyncGenerator<string | undefined> {
  let rest = Buffer.alloc(0);
  // The answer to what is too long has to go out yet.
  for await (const chunk of connection.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf("\n"); end >= 0 && end < QUESTION_BYTES; end = rest.indexOf("\n")) {
      yield rest.toString("utf8", 0, end);
      rest = rest.subarray(end + 1);
    }
    if (rest.length >= QUESTION_BYTES) {
      yield undefined;
      return;
    }
  }
}

function drained(connection: Socket): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.once("drain", resolve).once("close", resolve);
  return promise;
}

function tooLong(): string {
  return said({ error: `expected a line of at most ${QUESTION_BYTES} bytes` });
}
