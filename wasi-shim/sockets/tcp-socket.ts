/**
 * wasi:sockets/tcp and tcp-create-socket: the states of a socket, over one of the device.
 *
 *     unbound ──start-bind──▶ binding ──finish-bind──▶ bound ──start-listen──▶ starting ──finish-listen──▶ listening
 *        └──────────────────start-connect──────────────┴─▶ connecting ──finish-connect──▶ connected ◀──accept──┘
 *
 * What fails after it was begun, and a `start-connect` or `start-listen` that fails, closes the socket
 * (TcpSocketOperationalSemantics.md of wasi-sockets).
 */
import { Result, Tuple2, Tuple3, Void } from "atoll";
import {
  createTcpSocket as create,
  Readiness,
  SocketOption,
  TcpSocket as Device,
} from "atoll:device/sockets";
import { ErrorCode, IpAddressFamily, IpSocketAddress } from "wasi:sockets/network";
import { ShutdownType } from "wasi:sockets/tcp";
import { Condition } from "../io/condition";
import { InputStream } from "../io/input-stream";
import { OutputStream } from "../io/output-stream";
import { Pollable } from "../io/poll";
import { deviceFamily, fromDevice, toDevice } from "./address";
import { ConnectionSink, ConnectionSource, Held } from "./connection";
import { Network } from "./network";
import { Done, DONE, done, err, refused, same, wouldBlock } from "./result";

enum State {
  Unbound,
  Binding,
  Bound,
  Starting,
  Listening,
  Connecting,
  Connected,
  Closed,
}

type Streams = Tuple2<InputStream, OutputStream>;
type Accepted = Tuple3<TcpSocket, InputStream, OutputStream>;

export function createTcpSocket(addressFamily: IpAddressFamily): Result<TcpSocket, ErrorCode> {
  const made = create(deviceFamily(addressFamily));
  if (made.isErr) return refused<TcpSocket>(made.error);
  return Result.ok<TcpSocket, ErrorCode>(new TcpSocket(new Held(made.value), addressFamily, State.Unbound));
}

export class TcpSocket {
  constructor(
    readonly held: Held,
    private family: IpAddressFamily,
    private state: State,
  ) {}

  startBind(network: Network, localAddress: IpSocketAddress): Done {
    if (this.isBusy()) return err<Void>(ErrorCode.ConcurrencyConflict);
    if (this.state != State.Unbound) return err<Void>(ErrorCode.InvalidState);
    const bound = this.device.bind(toDevice(localAddress));
    if (bound.isOk) this.state = State.Binding;
    return done(bound);
  }

  finishBind(): Done {
    if (this.state != State.Binding) return err<Void>(ErrorCode.NotInProgress);
    this.state = State.Bound;
    return DONE;
  }

  startConnect(network: Network, remoteAddress: IpSocketAddress): Done {
    if (this.isBusy()) return err<Void>(ErrorCode.ConcurrencyConflict);
    if (this.state != State.Unbound && this.state != State.Bound) return err<Void>(ErrorCode.InvalidState);
    const begun = this.device.connect(toDevice(remoteAddress));
    this.state = begun.isOk ? State.Connecting : State.Closed;
    return done(begun);
  }

  finishConnect(): Result<Streams, ErrorCode> {
    if (this.state != State.Connecting) return err<Streams>(ErrorCode.NotInProgress);
    const finished = this.finish(State.Connected);
    if (finished.isErr) return err<Streams>(finished.error);
    return Result.ok<Streams, ErrorCode>(
      new Tuple2<InputStream, OutputStream>(inputOf(this.held), outputOf(this.held)),
    );
  }

  startListen(): Done {
    if (this.isBusy()) return err<Void>(ErrorCode.ConcurrencyConflict);
    if (this.state != State.Bound) return err<Void>(ErrorCode.InvalidState);
    const begun = this.device.listen();
    this.state = begun.isOk ? State.Starting : State.Closed;
    return done(begun);
  }

  finishListen(): Done {
    if (this.state != State.Starting) return err<Void>(ErrorCode.NotInProgress);
    return this.finish(State.Listening);
  }

  accept(): Result<Accepted, ErrorCode> {
    if (this.state != State.Listening) return err<Accepted>(ErrorCode.InvalidState);
    const found = this.device.accept();
    if (found.isErr) return refused<Accepted>(found.error);
    const device = found.value;
    if (device === null) return wouldBlock<Accepted>();
    const held = new Held(device);
    const socket = new TcpSocket(held, this.family, State.Connected);
    return Result.ok<Accepted, ErrorCode>(
      new Tuple3<TcpSocket, InputStream, OutputStream>(socket, inputOf(held), outputOf(held)),
    );
  }

  localAddress(): Result<IpSocketAddress, ErrorCode> {
    if (this.state == State.Binding) return err<IpSocketAddress>(ErrorCode.InvalidState);
    const found = this.device.localAddress();
    if (found.isErr) return refused<IpSocketAddress>(found.error);
    return Result.ok<IpSocketAddress, ErrorCode>(fromDevice(found.value));
  }

  remoteAddress(): Result<IpSocketAddress, ErrorCode> {
    if (this.state != State.Connected) return err<IpSocketAddress>(ErrorCode.InvalidState);
    const found = this.device.remoteAddress();
    if (found.isErr) return refused<IpSocketAddress>(found.error);
    return Result.ok<IpSocketAddress, ErrorCode>(fromDevice(found.value));
  }

  isListening(): bool {
    return this.state == State.Listening;
  }

  addressFamily(): IpAddressFamily {
    return this.family;
  }

  setListenBacklogSize(value: u64): Done {
    if (value == 0) return err<Void>(ErrorCode.InvalidArgument);
    // Node sets it once.
    if (this.state == State.Starting || this.state == State.Listening)
      return err<Void>(ErrorCode.NotSupported);
    return this.set(SocketOption.ListenBacklogSize, value);
  }

  keepAliveEnabled(): Result<bool, ErrorCode> {
    const found = this.device.getOption(SocketOption.KeepAlive);
    return found.isErr ? refused<bool>(found.error) : Result.ok<bool, ErrorCode>(found.value != 0);
  }

  setKeepAliveEnabled(value: bool): Done {
    return this.set(SocketOption.KeepAlive, value ? 1 : 0);
  }

  keepAliveIdleTime(): Result<u64, ErrorCode> {
    return this.get(SocketOption.KeepAliveIdleTime);
  }

  setKeepAliveIdleTime(value: u64): Done {
    return this.set(SocketOption.KeepAliveIdleTime, value);
  }

  keepAliveInterval(): Result<u64, ErrorCode> {
    return this.get(SocketOption.KeepAliveInterval);
  }

  setKeepAliveInterval(value: u64): Done {
    return this.set(SocketOption.KeepAliveInterval, value);
  }

  keepAliveCount(): Result<u32, ErrorCode> {
    const found = this.device.getOption(SocketOption.KeepAliveCount);
    return found.isErr ? refused<u32>(found.error) : Result.ok<u32, ErrorCode>(<u32>found.value);
  }

  setKeepAliveCount(value: u32): Done {
    return this.set(SocketOption.KeepAliveCount, value);
  }

  hopLimit(): Result<u8, ErrorCode> {
    const found = this.device.getOption(SocketOption.HopLimit);
    return found.isErr ? refused<u8>(found.error) : Result.ok<u8, ErrorCode>(<u8>found.value);
  }

  setHopLimit(value: u8): Done {
    return this.set(SocketOption.HopLimit, value);
  }

  receiveBufferSize(): Result<u64, ErrorCode> {
    return this.get(SocketOption.ReceiveBufferSize);
  }

  setReceiveBufferSize(value: u64): Done {
    return this.set(SocketOption.ReceiveBufferSize, value);
  }

  sendBufferSize(): Result<u64, ErrorCode> {
    return this.get(SocketOption.SendBufferSize);
  }

  setSendBufferSize(value: u64): Done {
    return this.set(SocketOption.SendBufferSize, value);
  }

  subscribe(): Pollable {
    return new Pollable(new Progress(this));
  }

  shutdown(shutdownType: ShutdownType): Done {
    if (this.state != State.Connected) return err<Void>(ErrorCode.InvalidState);
    const receives = shutdownType != ShutdownType.Send;
    const sends = shutdownType != ShutdownType.Receive;
    return done(this.device.shutdown(receives, sends));
  }

  drop(): void {
    this.held.release();
  }

  /** Whether what is under way has come to an end, or a connection is there. */
  hasProgressed(): bool {
    if (this.state == State.Listening) return this.held.is(Readiness.Acceptable);
    if (this.state == State.Starting || this.state == State.Connecting)
      return this.held.is(Readiness.Settled);
    return true;
  }

  private get device(): Device {
    return this.held.device;
  }

  private isBusy(): bool {
    const state = this.state;
    return state == State.Binding || state == State.Starting || state == State.Connecting;
  }

  private finish(then: State): Done {
    const outcome = this.device.outcome();
    if (outcome.isOk && !outcome.value) return wouldBlock<Void>();
    this.state = outcome.isOk ? then : State.Closed;
    return outcome.isOk ? DONE : refused<Void>(outcome.error);
  }

  private get(which: SocketOption): Result<u64, ErrorCode> {
    return same<u64>(this.device.getOption(which));
  }

  private set(which: SocketOption, value: u64): Done {
    return done(this.device.setOption(which, value));
  }
}

class Progress extends Condition {
  constructor(private socket: TcpSocket) {
    super();
  }

  ready(): bool {
    return this.socket.hasProgressed();
  }
}

function inputOf(held: Held): InputStream {
  return new InputStream(new ConnectionSource(held.hold()));
}

function outputOf(held: Held): OutputStream {
  return new OutputStream(new ConnectionSink(held.hold()));
}
