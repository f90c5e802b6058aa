/** Addresses, and connections that are waited for, as programs that use WASI sockets want them. */
import { Result, Tuple2, Tuple4, Tuple8 } from "atoll";
import { poll } from "wasi:io/poll";
import { InputStream, OutputStream, StreamError, StreamErrorClosed } from "wasi:io/streams";
import { instanceNetwork } from "wasi:sockets/instance-network";
import {
  ErrorCode,
  IpAddressFamily,
  IpSocketAddress,
  IpSocketAddressIpv4,
  IpSocketAddressIpv6,
  Ipv4SocketAddress,
  Ipv6SocketAddress,
} from "wasi:sockets/network";
import { TcpSocket } from "wasi:sockets/tcp";
import { createTcpSocket } from "wasi:sockets/tcp-create-socket";

export class Connection {
  constructor(
    readonly socket: TcpSocket,
    readonly input: InputStream,
    readonly output: OutputStream,
  ) {}

  drop(): void {
    this.input.drop();
    this.output.drop();
    this.socket.drop();
  }
}

export function ipv4(a: u8, b: u8, c: u8, d: u8, port: u16): IpSocketAddress {
  return new IpSocketAddressIpv4(new Ipv4SocketAddress(port, new Tuple4<u8, u8, u8, u8>(a, b, c, d)));
}

export function local(port: u16): IpSocketAddress {
  return ipv4(127, 0, 0, 1, port);
}

/** Eight numbers of which the last three are these, and the others 0. */
export function ipv6(f: u16, g: u16, h: u16, port: u16): IpSocketAddress {
  const ip = new Tuple8<u16, u16, u16, u16, u16, u16, u16, u16>(0, 0, 0, 0, 0, f, g, h);
  return new IpSocketAddressIpv6(new Ipv6SocketAddress(port, 0, ip, 0));
}

export function portOf(address: Result<IpSocketAddress, ErrorCode>): u16 {
  const value = address.value;
  if (value instanceof IpSocketAddressIpv4) return (value as IpSocketAddressIpv4).value.port;
  return (value as IpSocketAddressIpv6).value.port;
}

export function tcp(family: IpAddressFamily = IpAddressFamily.Ipv4): TcpSocket {
  return createTcpSocket(family).value;
}

export function familyOf(address: IpSocketAddress): IpAddressFamily {
  return address instanceof IpSocketAddressIpv4 ? IpAddressFamily.Ipv4 : IpAddressFamily.Ipv6;
}

/** A socket that listens there; it ends the program where that is refused. */
export function listener(address: IpSocketAddress): TcpSocket {
  const socket = tcp(familyOf(address));
  const network = instanceNetwork();
  must(socket.startBind(network, address).isOk, "start-bind");
  must(socket.finishBind().isOk, "finish-bind");
  must(socket.startListen().isOk, "start-listen");
  while (true) {
    const listens = socket.finishListen();
    if (listens.isOk) return socket;
    must(listens.error == ErrorCode.WouldBlock, "finish-listen");
    socket.subscribe().block();
  }
}

export function connected(socket: TcpSocket, address: IpSocketAddress): Result<Connection, ErrorCode> {
  const begun = socket.startConnect(instanceNetwork(), address);
  if (begun.isErr) return Result.err<Connection, ErrorCode>(begun.error);
  while (true) {
    const streams = socket.finishConnect();
    if (streams.isOk) {
      const both: Tuple2<InputStream, OutputStream> = streams.value;
      return Result.ok<Connection, ErrorCode>(new Connection(socket, both._0, both._1));
    }
    if (streams.error != ErrorCode.WouldBlock) return Result.err<Connection, ErrorCode>(streams.error);
    poll([socket.subscribe()]);
  }
}

/** Waits for the next one. */
export function accepted(socket: TcpSocket): Connection {
  while (true) {
    const found = socket.accept();
    if (found.isOk) return new Connection(found.value._0, found.value._1, found.value._2);
    must(found.error == ErrorCode.WouldBlock, "accept");
    socket.subscribe().block();
  }
}

/** All until the end, or an error, which ends the text with `!`. */
export function readAll(input: InputStream): string {
  let text = "";
  while (true) {
    const found = input.blockingRead(65_536);
    if (found.isErr) return text + (isClosed(found) ? "" : "!");
    text += textOf(found.value);
  }
}

export function isClosed<T>(found: Result<T, StreamError>): bool {
  return found.isErr && found.error instanceof StreamErrorClosed;
}

export function bytes(text: string): StaticArray<u8> {
  const array = new StaticArray<u8>(text.length);
  for (let i = 0; i < text.length; i++) array[i] = <u8>text.charCodeAt(i);
  return array;
}

export function textOf(array: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(array), array.length);
}

/** `ok`, or the number of the error. */
export function said<T>(result: Result<T, ErrorCode>): string {
  return result.isErr ? (<i32>result.error).toString() : "ok";
}

export function must(isTrue: bool, what: string): void {
  if (!isTrue) throw new Error(what + " was refused");
}
