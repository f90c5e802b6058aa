/**
 * The other end of a network cable: QEMU's "-netdev socket,connect=…" comes to a port here.
 *
 * Each frame on that connection has its length before it, in four bytes, the highest first.
 */
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface Cable {
  port: number;
  send(frame: Buffer): void;
  /** The next frame that comes; ends with an error when the machine goes before. */
  next(): Promise<Buffer>;
  close(): void;
}

export function frames(): Promise<Cable> {
  const come: Buffer[] = [];
  const waiting: PromiseWithResolvers<Buffer>[] = [];
  let machine: Socket | undefined;
  let rest = Buffer.alloc(0);
  const server = createServer((socket) => {
    machine = socket;
    socket.on("data", (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (
        let end;
        rest.length >= 4 && rest.length >= (end = 4 + rest.readUInt32BE(0));
        rest = rest.subarray(end)
      ) {
        const frame = rest.subarray(4, end);
        const first = waiting.shift();
        if (first === undefined) come.push(frame);
        else first.resolve(frame);
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () =>
      waiting.splice(0).forEach((one) => one.reject(new Error("the machine has gone"))),
    );
  });
  const cable = {
    send(frame: Buffer) {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(frame.length);
      machine?.write(Buffer.concat([head, frame]));
    },
    next() {
      const frame = come.shift();
      if (frame !== undefined) return Promise.resolve(frame);
      const later = Promise.withResolvers<Buffer>();
      waiting.push(later);
      return later.promise;
    },
    close: () => server.close(),
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ ...cable, port: (server.address() as AddressInfo).port }));
  });
}
