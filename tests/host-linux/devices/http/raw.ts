/** A client that sends what it likes, for tests of what servers do with it. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export class RawClient {
  readonly socket: Socket;
  received = "";
  readonly ended: Promise<void>;

  constructor(port: number, options: { readonly allowHalfOpen?: boolean } = {}) {
    this.socket = connect({ port, host: "127.0.0.1", ...options });
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => (this.received += text));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.socket.on("end", resolve);
    this.socket.on("error", () => resolve());
    this.socket.on("close", () => resolve());
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }

  /** Until what was received matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      const over = await Promise.race([once(this.socket, "data"), this.ended.then(() => "ended")]);
      if (over === "ended" && !pattern.test(this.received))
        throw new Error(`the connection ended behind ${JSON.stringify(this.received)}`);
    }
    return this.received;
  }

  /** Until the connection ends. */
  async all(): Promise<string> {
    await this.ended;
    return this.received;
  }

  drop(): void {
    this.socket.destroy();
  }
}

/** Sends something, and what comes until the other side ends the connection. */
export async function exchange(port: number, text: string): Promise<string> {
  const client = new RawClient(port).send(text);
  const received = await client.all();
  client.drop();
  return received;
}

/** The status of each answer. */
export function statuses(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}
