/** wasi:sockets/tcp in one process, which is its own peer; `listen(0)` and `connect("localhost:*")` are granted. */
import { Result } from "atoll";
import { ErrorCode, IpAddressFamily } from "wasi:sockets/network";
import { instanceNetwork } from "wasi:sockets/instance-network";
import { ShutdownType, TcpSocket } from "wasi:sockets/tcp";
import { createTcpSocket } from "wasi:sockets/tcp-create-socket";
import { StreamErrorLastOperationFailed } from "wasi:io/streams";
import { check } from "./check";
import {
  accepted,
  bytes,
  connected,
  Connection,
  ipv4,
  ipv6,
  isClosed,
  listener,
  local,
  portOf,
  readAll,
  said,
  tcp,
  textOf,
} from "./network";

const network = instanceNetwork();

export function run(): void {
  const server = listener(local(0));
  const port = portOf(server.localAddress());
  talks(server, port);
  halfCloses(server, port);
  shutsDownReceiving(server, port);
  ends(server, port);
  states(port);
  denies(port);
  refusesArguments();
  options(server, port);
  byIpv6();
}

function pair(server: TcpSocket, port: u16): Connection[] {
  const client = connected(tcp(), local(port)).value;
  return [client, accepted(server)];
}

function talks(server: TcpSocket, port: u16): void {
  const nobody = server.accept();
  check("accept would block while nobody is there", said(nobody) == said<bool>(wouldBlock()));
  const ready = server.subscribe();
  const before = ready.ready();
  const both = pair(server, port);
  const client = both[0];
  const accepted = both[1];
  check("subscribe of a listener is ready when a connection is there", !before);
  client.output.blockingWriteAndFlush(bytes("question"));
  const question = textOf(accepted.input.blockingRead(100).value);
  accepted.output.blockingWriteAndFlush(bytes("answer"));
  const answer = textOf(client.input.blockingRead(100).value);
  check("a connection carries bytes both ways", question == "question" && answer == "answer");
  const theirs = portOf(accepted.socket.remoteAddress());
  check(
    "an accepted connection has the address of its listener",
    portOf(accepted.socket.localAddress()) == port,
  );
  check(
    "both ends know each other's address",
    theirs == portOf(client.socket.localAddress()) && portOf(client.socket.remoteAddress()) == port,
  );
  check("is-listening is true of a listener alone", server.isListening() && !client.socket.isListening());
  check("address-family is what it was created with", client.socket.addressFamily() == IpAddressFamily.Ipv4);
  const again = accepted.socket.startConnect(network, local(port));
  check("a connection cannot connect once more", said(again) == said<bool>(invalidState()));
  client.drop();
  accepted.drop();
}

function halfCloses(server: TcpSocket, port: u16): void {
  const both = pair(server, port);
  both[0].output.blockingWriteAndFlush(bytes("all there is"));
  const shut = both[0].socket.shutdown(ShutdownType.Send);
  const text = readAll(both[1].input);
  check("shutdown of sending ends the other side's input", shut.isOk && text == "all there is", text);
  check("and closes the output stream", isClosed(both[0].output.checkWrite()));
  both[1].output.blockingWriteAndFlush(bytes("and the answer"));
  both[1].socket.shutdown(ShutdownType.Both);
  const answer = readAll(both[0].input);
  check("a connection whose one half is closed carries the other", answer == "and the answer", answer);
  check("shutdown may be said twice", both[0].socket.shutdown(ShutdownType.Send).isOk);
  both[0].drop();
  both[1].drop();
}

function shutsDownReceiving(server: TcpSocket, port: u16): void {
  const both = pair(server, port);
  both[0].output.blockingWriteAndFlush(bytes("nobody reads this"));
  both[1].input.subscribe().block();
  both[1].socket.shutdown(ShutdownType.Receive);
  const gone = both[1].input.read(100);
  both[1].output.blockingWriteAndFlush(bytes("still here"));
  const heard = textOf(both[0].input.blockingRead(100).value);
  check("shutdown of receiving discards what came", isClosed(gone) && heard == "still here", heard);
  both[0].drop();
  both[1].drop();
}

function ends(server: TcpSocket, port: u16): void {
  const both = pair(server, port);
  both[0].output.checkWrite();
  both[0].output.write(bytes("last words"));
  both[0].drop();
  const text = readAll(both[1].input);
  check("dropping a connection sends what was written, and ends it", text == "last words", text);
  both[1].drop();
  const lone = listener(local(0));
  const there = portOf(lone.localAddress());
  const waiting = connected(tcp(), local(there)).value;
  lone.subscribe().block();
  lone.drop();
  const found = waiting.input.blockingRead(1);
  const isReset = found.isErr && found.error instanceof StreamErrorLastOperationFailed;
  const words = isReset ? (found.error as StreamErrorLastOperationFailed).value.toDebugString() : "none";
  check("a reset is an error with words", words == "the connection failed: reset by the other side", words);
  waiting.drop();
  const refused = connected(tcp(), local(there));
  check(
    "where nobody listens a connection is refused",
    said(refused) == said<bool>(code(ErrorCode.ConnectionRefused)),
  );
}

function states(port: u16): void {
  const socket = tcp();
  const invalid = said<bool>(invalidState());
  const idle = said<bool>(code(ErrorCode.NotInProgress));
  check(
    "finish-… of what was not begun is not-in-progress",
    said(socket.finishBind()) == idle &&
      said(socket.finishConnect()) == idle &&
      said(socket.finishListen()) == idle,
  );
  check(
    "a socket that is not bound has no address, and cannot listen or accept",
    said(socket.localAddress()) == invalid &&
      said(socket.remoteAddress()) == invalid &&
      said(socket.startListen()) == invalid &&
      said(socket.accept()) == invalid &&
      said(socket.shutdown(ShutdownType.Both)) == invalid,
  );
  socket.startBind(network, local(0));
  const conflict = said<bool>(code(ErrorCode.ConcurrencyConflict));
  check(
    "a second operation while one is in progress is a conflict",
    said(socket.startBind(network, local(0))) == conflict &&
      said(socket.startListen()) == conflict &&
      said(socket.startConnect(network, local(port))) == conflict &&
      said(socket.localAddress()) == invalid &&
      socket.subscribe().ready(),
  );
  socket.finishBind();
  const own = portOf(socket.localAddress());
  check("a bound socket has a port", own > 0 && said(socket.startBind(network, local(0))) == invalid);
  const client = connected(socket, local(port)).value;
  check("a bound socket connects from its port", portOf(client.socket.localAddress()) == own);
  client.drop();
}

function denies(port: u16): void {
  const denied = said<bool>(code(ErrorCode.AccessDenied));
  const client = tcp();
  check("what is not granted is access-denied", said(connected(client, ipv4(127, 0, 0, 2, port))) == denied);
  check(
    "a start-connect that fails closes the socket",
    said(client.startConnect(network, local(port))) == said<bool>(invalidState()),
  );
  check("a port that is not granted is access-denied", said(tcp().startBind(network, local(port))) == denied);
  const wild = listener(ipv4(0, 0, 0, 0, 0));
  const far = connected(tcp(), local(portOf(wild.localAddress())));
  check("all addresses are those that the grant has", far.isOk);
  far.value.drop();
  wild.drop();
}

function refusesArguments(): void {
  const invalid = said<bool>(code(ErrorCode.InvalidArgument));
  check(
    "an address of nobody is an invalid argument",
    said(tcp().startConnect(network, local(0))) == invalid &&
      said(tcp().startConnect(network, ipv4(0, 0, 0, 0, 80))) == invalid &&
      said(tcp().startConnect(network, ipv4(224, 0, 0, 1, 80))) == invalid &&
      said(tcp().startBind(network, ipv4(224, 0, 0, 1, 80))) == invalid,
  );
  const six = tcp(IpAddressFamily.Ipv6);
  check(
    "an address of the other family is an invalid argument",
    said(tcp().startConnect(network, ipv6(0, 0, 1, 80))) == invalid &&
      said(six.startBind(network, local(0))) == invalid &&
      said(six.startBind(network, ipv6(0xffff, 0x7f00, 1, 0))) == invalid,
  );
}

function options(server: TcpSocket, port: u16): void {
  const socket = tcp();
  const invalid = said<bool>(code(ErrorCode.InvalidArgument));
  const refused = said<bool>(code(ErrorCode.NotSupported));
  const before = socket.keepAliveEnabled().value;
  socket.setKeepAliveEnabled(true);
  check("keep-alive is off until it is set", !before && socket.keepAliveEnabled().value);
  socket.setKeepAliveIdleTime(1_500_000_000);
  socket.setKeepAliveInterval(3_000_000_000);
  socket.setKeepAliveCount(7);
  check(
    "the times of keep-alive are in whole seconds",
    socket.keepAliveIdleTime().value == 2_000_000_000 && socket.keepAliveInterval().value == 3_000_000_000,
  );
  check("keep-alive is counted", socket.keepAliveCount().value == 7);
  socket.setReceiveBufferSize(1);
  socket.setSendBufferSize(u64.MAX_VALUE);
  check(
    "the sizes of buffers are clamped",
    socket.receiveBufferSize().value == 4096 && socket.sendBufferSize().value == 1 << 20,
  );
  check(
    "0 is an invalid argument for a time, a count or a size",
    said(socket.setKeepAliveIdleTime(0)) == invalid &&
      said(socket.setKeepAliveInterval(0)) == invalid &&
      said(socket.setKeepAliveCount(0)) == invalid &&
      said(socket.setReceiveBufferSize(0)) == invalid &&
      said(socket.setSendBufferSize(0)) == invalid &&
      said(socket.setListenBacklogSize(0)) == invalid,
  );
  check(
    "the hop limit cannot be had or set",
    said(socket.hopLimit()) == refused && said(socket.setHopLimit(3)) == refused,
  );
  check(
    "the backlog is set before listening",
    socket.setListenBacklogSize(u64.MAX_VALUE).isOk && said(server.setListenBacklogSize(3)) == refused,
  );
  const client = connected(socket, local(port)).value;
  const theirs = accepted(server);
  check(
    "options last through connecting",
    client.socket.keepAliveEnabled().value &&
      client.socket.setKeepAliveEnabled(false).isOk &&
      said(client.socket.setListenBacklogSize(3)) == said<bool>(invalidState()),
  );
  client.drop();
  theirs.drop();
}

function byIpv6(): void {
  const made = createTcpSocket(IpAddressFamily.Ipv6);
  check("a socket may be one of IPv6", made.isOk && made.value.addressFamily() == IpAddressFamily.Ipv6);
  const server = listener(ipv6(0, 0, 1, 0));
  const port = portOf(server.localAddress());
  const client = connected(made.value, ipv6(0, 0, 1, port)).value;
  const theirs = accepted(server);
  client.output.blockingWriteAndFlush(bytes("six"));
  client.socket.shutdown(ShutdownType.Send);
  const text = readAll(theirs.input);
  check(
    "a connection by IPv6 carries bytes",
    text == "six" && portOf(client.socket.remoteAddress()) == port,
    text,
  );
}

function wouldBlock(): Result<bool, ErrorCode> {
  return code(ErrorCode.WouldBlock);
}

function invalidState(): Result<bool, ErrorCode> {
  return code(ErrorCode.InvalidState);
}

function code(error: ErrorCode): Result<bool, ErrorCode> {
  return Result.err<bool, ErrorCode>(error);
}
