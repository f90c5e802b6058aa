/** wasi:sockets/udp and udp-create-socket: a socket, and the streams of its newest association. */
import { Result, Tuple2, Void } from "atoll";
import {
  createUdpSocket as create,
  ErrorCode as DeviceError,
  Readiness,
  SocketAddress,
  SocketOption,
  UdpSocket as Device,
} from "atoll:device/sockets";
import { ErrorCode, IpAddressFamily, IpSocketAddress } from "wasi:sockets/network";
import { IncomingDatagram, OutgoingDatagram } from "wasi:sockets/udp";
import { Condition } from "../io/condition";
import { Pollable } from "../io/poll";
import { looked } from "../io/wait";
import { deviceFamily, fromDevice, toDevice } from "./address";
import { Network } from "./network";
import { Done, DONE, done, err, refused, same } from "./result";

/** Datagrams that `check-send` permits at most; the device takes as many at a time. */
const MOST: u64 = 64;

type Streams = Tuple2<IncomingDatagramStream, OutgoingDatagramStream>;

export function createUdpSocket(addressFamily: IpAddressFamily): Result<UdpSocket, ErrorCode> {
  const made = create(deviceFamily(addressFamily));
  if (made.isErr) return refused<UdpSocket>(made.error);
  return Result.ok<UdpSocket, ErrorCode>(new UdpSocket(new Shared(made.value), addressFamily));
}

/** A socket of the device, which is dropped when its last holder lets go. */
class Shared {
  private holders: i32 = 1;
  /** Of the streams that work: those of the newest association. */
  association: i32 = 0;

  constructor(readonly device: Device) {}

  hold(): Shared {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders == 0) this.device.drop();
  }
}

export class UdpSocket {
  private isBinding: bool = false;
  private isBound: bool = false;

  constructor(
    private shared: Shared,
    private family: IpAddressFamily,
  ) {}

  startBind(network: Network, localAddress: IpSocketAddress): Done {
    if (this.isBinding) return err<Void>(ErrorCode.ConcurrencyConflict);
    if (this.isBound) return err<Void>(ErrorCode.InvalidState);
    const bound = this.device.bind(toDevice(localAddress));
    this.isBinding = bound.isOk;
    return done(bound);
  }

  finishBind(): Done {
    if (!this.isBinding) return err<Void>(ErrorCode.NotInProgress);
    this.isBinding = false;
    this.isBound = true;
    return DONE;
  }

  stream(remoteAddress: IpSocketAddress | null): Result<Streams, ErrorCode> {
    if (!this.isBound) return err<Streams>(ErrorCode.InvalidState);
    const restricted = this.device.restrict(optional(remoteAddress));
    if (restricted.isErr) return refused<Streams>(restricted.error);
    this.shared.association++;
    const incoming = new IncomingDatagramStream(this.shared.hold());
    const outgoing = new OutgoingDatagramStream(this.shared.hold());
    return Result.ok<Streams, ErrorCode>(
      new Tuple2<IncomingDatagramStream, OutgoingDatagramStream>(incoming, outgoing),
    );
  }

  localAddress(): Result<IpSocketAddress, ErrorCode> {
    if (!this.isBound) return err<IpSocketAddress>(ErrorCode.InvalidState);
    return address(this.device.localAddress());
  }

  remoteAddress(): Result<IpSocketAddress, ErrorCode> {
    return address(this.device.remoteAddress());
  }

  addressFamily(): IpAddressFamily {
    return this.family;
  }

  unicastHopLimit(): Result<u8, ErrorCode> {
    const found = this.device.getOption(SocketOption.HopLimit);
    return found.isErr ? refused<u8>(found.error) : Result.ok<u8, ErrorCode>(<u8>found.value);
  }

  setUnicastHopLimit(value: u8): Done {
    return done(this.device.setOption(SocketOption.HopLimit, value));
  }

  receiveBufferSize(): Result<u64, ErrorCode> {
    return same<u64>(this.device.getOption(SocketOption.ReceiveBufferSize));
  }

  setReceiveBufferSize(value: u64): Done {
    return done(this.device.setOption(SocketOption.ReceiveBufferSize, value));
  }

  sendBufferSize(): Result<u64, ErrorCode> {
    return same<u64>(this.device.getOption(SocketOption.SendBufferSize));
  }

  setSendBufferSize(value: u64): Done {
    return done(this.device.setOption(SocketOption.SendBufferSize, value));
  }

  /** Nothing of it takes time. */
  subscribe(): Pollable {
    return new Pollable(new Always());
  }

  drop(): void {
    this.shared.release();
  }

  private get device(): Device {
    return this.shared.device;
  }
}

export class IncomingDatagramStream {
  private association: i32;

  constructor(private shared: Shared) {
    this.association = shared.association;
  }

  receive(maxResults: u64): Result<IncomingDatagram[], ErrorCode> {
    if (this.association != this.shared.association) return err<IncomingDatagram[]>(ErrorCode.InvalidState);
    const found = this.shared.device.receive(<u32>min<u64>(maxResults, u32.MAX_VALUE));
    if (found.isErr) return refused<IncomingDatagram[]>(found.error);
    const datagrams = found.value;
    if (datagrams.length == 0 && maxResults > 0) looked();
    const results = new Array<IncomingDatagram>(datagrams.length);
    for (let i = 0; i < datagrams.length; i++)
      results[i] = new IncomingDatagram(datagrams[i].data, fromDevice(datagrams[i].remote));
    return Result.ok<IncomingDatagram[], ErrorCode>(results);
  }

  subscribe(): Pollable {
    return new Pollable(new Ready(this.shared, this.association, Readiness.Readable));
  }

  drop(): void {
    this.shared.release();
  }
}

export class OutgoingDatagramStream {
  private association: i32;
  /** What `check-send` has said of the next `send`. */
  private permit: u64 = 0;

  constructor(private shared: Shared) {
    this.association = shared.association;
  }

  checkSend(): Result<u64, ErrorCode> {
    if (this.association != this.shared.association) return err<u64>(ErrorCode.InvalidState);
    this.permit = (this.shared.device.ready() & Readiness.Writable) != 0 ? MOST : 0;
    if (this.permit == 0) looked();
    return Result.ok<u64, ErrorCode>(this.permit);
  }

  send(datagrams: OutgoingDatagram[]): Result<u64, ErrorCode> {
    if (<u64>datagrams.length > this.permit) {
      const allowed = this.permit.toString();
      throw new Error(
        `${datagrams.length.toString()} datagrams are sent and check-send has allowed ${allowed}`,
      );
    }
    this.permit = 0;
    if (this.association != this.shared.association) return err<u64>(ErrorCode.InvalidState);
    for (let i = 0; i < datagrams.length; i++) {
      const sent = this.sendOne(datagrams[i]);
      if (sent.isErr && i == 0) return refused<u64>(sent.error);
      if (sent.isErr || !sent.value) return Result.ok<u64, ErrorCode>(i);
    }
    return Result.ok<u64, ErrorCode>(datagrams.length);
  }

  subscribe(): Pollable {
    return new Pollable(new Ready(this.shared, this.association, Readiness.Writable));
  }

  drop(): void {
    this.shared.release();
  }

  private sendOne(datagram: OutgoingDatagram): Result<bool, DeviceError> {
    return this.shared.device.send(datagram.data, optional(datagram.remoteAddress));
  }
}

class Always extends Condition {
  ready(): bool {
    return true;
  }
}

/** Of a stream: ready too when a newer association has ended it. */
class Ready extends Condition {
  constructor(
    private shared: Shared,
    private association: i32,
    private flag: Readiness,
  ) {
    super();
  }

  ready(): bool {
    if (this.association != this.shared.association) return true;
    return (this.shared.device.ready() & this.flag) != 0;
  }
}

function optional(remote: IpSocketAddress | null): SocketAddress | null {
  if (remote === null) return null;
  return toDevice(remote);
}

function address(found: Result<SocketAddress, DeviceError>): Result<IpSocketAddress, ErrorCode> {
  if (found.isErr) return refused<IpSocketAddress>(found.error);
  return Result.ok<IpSocketAddress, ErrorCode>(fromDevice(found.value));
}
