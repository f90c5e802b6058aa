/** The options of a TCP socket: what is kept before there is a connection, and what Node can set on one. */
import type { Socket } from "node:net";
import { SocketError } from "./error.ts";

/** Positions are those of `socket-option` in wit/device.wit. */
export const OPTIONS = [
  "keep-alive",
  "keep-alive-idle-time",
  "keep-alive-interval",
  "keep-alive-count",
  "hop-limit",
  "receive-buffer-size",
  "send-buffer-size",
  "listen-backlog-size",
] as const;
export type SocketOption = (typeof OPTIONS)[number];

const SECOND = 1_000_000_000n;
/** What Linux has unless told, and the most that it takes. */
const LINUX = { idle: 7200n, interval: 75n, count: 9n, mostSeconds: 32_767n, mostCount: 127n } as const;
const BUFFER = { least: 4096n, most: 1_048_576n } as const;
const MOST_BACKLOG = 4096n;

export class TcpOptions {
  #keepsAlive = false;
  #idle: bigint = LINUX.idle;
  #interval: bigint = LINUX.interval;
  #count: bigint = LINUX.count;
  receiveBuffer = 65_536;
  sendBuffer = 131_072;
  backlog = 1024;

  /** For a connection that was accepted. */
  copy(): TcpOptions {
    const copy = new TcpOptions();
    copy.#keepsAlive = this.#keepsAlive;
    copy.#idle = this.#idle;
    copy.#interval = this.#interval;
    copy.#count = this.#count;
    copy.receiveBuffer = this.receiveBuffer;
    copy.sendBuffer = this.sendBuffer;
    return copy;
  }

  get(option: SocketOption): bigint {
    switch (option) {
      case "keep-alive":
        return this.#keepsAlive ? 1n : 0n;
      case "keep-alive-idle-time":
        return this.#idle * SECOND;
      case "keep-alive-interval":
        return this.#interval * SECOND;
      case "keep-alive-count":
        return this.#count;
      case "receive-buffer-size":
        return BigInt(this.receiveBuffer);
      case "send-buffer-size":
        return BigInt(this.sendBuffer);
      case "hop-limit":
      case "listen-backlog-size":
    }
    throw new SocketError("not-supported");
  }

  set(option: SocketOption, value: bigint): void {
    if (option === "hop-limit") throw new SocketError("not-supported");
    if (option === "keep-alive") this.#keepsAlive = value !== 0n;
    else if (value === 0n) throw new SocketError("invalid-argument");
    if (option === "keep-alive-idle-time") this.#idle = seconds(value);
    if (option === "keep-alive-interval") this.#interval = seconds(value);
    if (option === "keep-alive-count") this.#count = least(value, LINUX.mostCount);
    if (option === "receive-buffer-size") this.receiveBuffer = buffer(value);
    if (option === "send-buffer-size") this.sendBuffer = buffer(value);
    if (option === "listen-backlog-size") this.backlog = Number(least(value, MOST_BACKLOG));
  }

  apply(socket: Socket): void {
    socket.setKeepAlive({
      enable: this.#keepsAlive,
      initialDelay: Number(this.#idle) * 1000,
      interval: Number(this.#interval) * 1000,
      count: Number(this.#count),
    });
  }
}

function seconds(nanoseconds: bigint): bigint {
  return least((nanoseconds + SECOND - 1n) / SECOND, LINUX.mostSeconds);
}

function buffer(bytes: bigint): number {
  return Number(bytes < BUFFER.least ? BUFFER.least : least(bytes, BUFFER.most));
}

function least(value: bigint, most: bigint): bigint {
  return value < most ? value : most;
}
