/** One side of connections whose other side is not WASI's: what to do is a word of the configuration. */
import { get } from "atoll:device/configuration";
import { writeLine } from "atoll:device/console";
import { subscribeDuration } from "wasi:clocks/monotonic-clock";
import { StreamError, StreamErrorLastOperationFailed } from "wasi:io/streams";
import { instanceNetwork } from "wasi:sockets/instance-network";
import { resolveAddresses } from "wasi:sockets/ip-name-lookup";
import { IpAddressFamily } from "wasi:sockets/network";
import { ShutdownType } from "wasi:sockets/tcp";
import { createUdpSocket } from "wasi:sockets/udp-create-socket";
import {
  accepted,
  bytes,
  connected,
  Connection,
  ipv4,
  isClosed,
  listener,
  local,
  portOf,
  said,
  tcp,
  textOf,
} from "./network";

const MILLISECOND: u64 = 1_000_000;

export function run(): void {
  const what = get("what")!;
  if (what == "echo") echoes();
  else if (what == "crash") crashes();
  else if (what == "crowd") crowd();
  else if (what == "slow") readsSlowly();
  else if (what == "reset") isReset();
  else if (what == "nothing") hasNothing();
  else sends();
}

function numberOf(key: string): i32 {
  return I32.parseInt(get(key)!);
}

/** One connection after the other, as many as there are to be. */
function echoes(): void {
  const server = listener(local(0));
  writeLine("port " + portOf(server.localAddress()).toString());
  for (let i = 0, all = numberOf("connections"); i < all; i++) {
    const connection = accepted(server);
    writeLine("accepted");
    echo(connection);
    connection.drop();
  }
}

function echo(connection: Connection): void {
  while (true) {
    const found = connection.input.blockingRead(65_536);
    if (found.isErr) return;
    const piece = found.value;
    for (let at = 0; at < piece.length; at += 4096) {
      const part = piece.slice<StaticArray<u8>>(at, min(at + 4096, piece.length));
      if (connection.output.blockingWriteAndFlush(part).isErr) return;
    }
  }
}

/** Traps with a connection open, when it is told to. */
function crashes(): void {
  const server = listener(local(<u16>numberOf("port")));
  writeLine("listens");
  const connection = accepted(server);
  if (textOf(connection.input.blockingRead(100).value) == "crash") unreachable();
  connection.output.blockingWriteAndFlush(bytes("fine"));
}

/** Keeps all connections, and answers the last one. */
function crowd(): void {
  const server = listener(local(0));
  writeLine("port " + portOf(server.localAddress()).toString());
  const all: Connection[] = [];
  for (let i = 0, count = numberOf("connections"); i < count; i++) all.push(accepted(server));
  writeLine("all are there");
  echo(all[all.length - 1]);
}

/** A little, then a pause. */
function readsSlowly(): void {
  const server = listener(local(0));
  writeLine("port " + portOf(server.localAddress()).toString());
  const connection = accepted(server);
  let total = 0;
  while (true) {
    const found = connection.input.blockingRead(65_536);
    if (found.isErr) break;
    total += found.value.length;
    subscribeDuration(MILLISECOND).block();
  }
  writeLine("read " + total.toString());
}

/** What becomes of a connection to somebody. */
function isReset(): void {
  const connection = connected(tcp(), local(<u16>numberOf("port"))).value;
  connection.output.blockingWriteAndFlush(bytes("now"));
  const found = connection.input.blockingRead(100);
  const read = found.isErr ? wordsOf(found.error) : textOf(found.value);
  const then = connection.input.blockingRead(100);
  writeLine(read + ", then " + (isClosed(then) ? "closed" : "open"));
  const wrote = connection.output.blockingWriteAndFlush(bytes("x"));
  writeLine(wrote.isErr ? wordsOf(wrote.error) : "written");
}

/** What a process sees that was not granted any of it. */
function hasNothing(): void {
  const network = instanceNetwork();
  const bound = said(tcp().startBind(network, local(0)));
  const connected = said(tcp().startConnect(network, local(80)));
  const found = said(resolveAddresses(network, "localhost"));
  const udp = createUdpSocket(IpAddressFamily.Ipv4).value;
  const all = said(udp.startBind(network, ipv4(0, 0, 0, 0, 0)));
  writeLine([bound, connected, found, all].join(" "));
}

/** As fast as it goes, to somebody who reads slowly. */
function sends(): void {
  const connection = connected(tcp(), local(<u16>numberOf("port"))).value;
  const piece = new StaticArray<u8>(4096);
  for (let i = 0; i < piece.length; i++) piece[i] = <u8>i;
  for (let left = numberOf("pieces"); left > 0; left--)
    if (connection.output.blockingWriteAndFlush(piece).isErr) return writeLine("not sent");
  connection.socket.shutdown(ShutdownType.Send);
  writeLine("sent");
  while (connection.input.blockingRead(100).isOk);
  writeLine("ended");
}

function wordsOf(error: StreamError): string {
  if (!(error instanceof StreamErrorLastOperationFailed)) return "closed";
  return (error as StreamErrorLastOperationFailed).value.toDebugString();
}
