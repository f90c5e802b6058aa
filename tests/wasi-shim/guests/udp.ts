/** wasi:sockets/udp and ip-name-lookup in one process; UDP of localhost, and lookups of it, are granted. */
import { Result } from "atoll";
import { poll } from "wasi:io/poll";
import { instanceNetwork } from "wasi:sockets/instance-network";
import { ErrorCode, IpAddress, IpAddressFamily, IpAddressIpv4, IpSocketAddress } from "wasi:sockets/network";
import { resolveAddresses, ResolveAddressStream } from "wasi:sockets/ip-name-lookup";
import {
  IncomingDatagram,
  IncomingDatagramStream,
  OutgoingDatagram,
  OutgoingDatagramStream,
  UdpSocket,
} from "wasi:sockets/udp";
import { createUdpSocket } from "wasi:sockets/udp-create-socket";
import { check } from "./check";
import { bytes, ipv4, ipv6, local, portOf, said, textOf } from "./network";

const network = instanceNetwork();

export function run(): void {
  talks();
  restricts();
  states();
  options();
  looksUp();
}

class Bound {
  constructor(
    readonly port: u16,
    readonly socket: UdpSocket,
    public input: IncomingDatagramStream,
    public output: OutgoingDatagramStream,
  ) {}

  sends(text: string, to: IpSocketAddress | null): Result<u64, ErrorCode> {
    this.output.checkSend();
    return this.output.send([new OutgoingDatagram(bytes(text), to)]);
  }

  /** Waits for at least one. */
  receives(most: u64): IncomingDatagram[] {
    while (true) {
      const found = this.input.receive(most).value;
      if (found.length > 0) return found;
      this.input.subscribe().block();
    }
  }
}

function bound(): Bound {
  const socket = createUdpSocket(IpAddressFamily.Ipv4).value;
  socket.startBind(network, local(0));
  socket.finishBind();
  const streams = socket.stream(null).value;
  return new Bound(portOf(socket.localAddress()), socket, streams._0, streams._1);
}

function talks(): void {
  const one = bound();
  const two = bound();
  check("receive gives nothing while nothing is there", one.input.receive(10).value.length == 0);
  const ready = two.input.subscribe();
  const before = ready.ready();
  const sent = one.sends("question", local(two.port));
  const found = two.receives(10);
  check(
    "a datagram comes with its sender's address",
    sent.value == 1 &&
      found.length == 1 &&
      textOf(found[0].data) == "question" &&
      portOf(Result.ok<IpSocketAddress, ErrorCode>(found[0].remoteAddress)) == one.port,
  );
  check("subscribe of datagrams is ready when one is there", !before);
  one.output.checkSend();
  const many = one.output.send([
    new OutgoingDatagram(bytes("a"), local(two.port)),
    new OutgoingDatagram(bytes("b"), local(two.port)),
    new OutgoingDatagram(new StaticArray<u8>(65_508), local(two.port)),
  ]);
  check("send says how many were sent before one failed", many.value == 2);
  const first = two.receives(1);
  check("receive gives at most as many as were asked for", first.length == 1 && two.receives(10).length == 1);
  const large = one.sends("x".repeat(65_508), local(two.port));
  check("a datagram may be too large", said(large) == number(ErrorCode.DatagramTooLarge));
  const permit = one.output.checkSend().value;
  check("check-send permits some", permit > 0 && one.output.subscribe().ready());
  check("send of nothing sends nothing", one.output.send([]).value == 0);
  check(
    "who was not granted is denied",
    said(one.sends("x", ipv4(127, 0, 0, 2, two.port))) == number(ErrorCode.AccessDenied),
  );
}

function restricts(): void {
  const one = bound();
  const two = bound();
  const three = bound();
  check(
    "without an address a socket has no remote one",
    said(one.socket.remoteAddress()) == number(ErrorCode.InvalidState),
  );
  check("an address is needed", said(one.sends("x", null)) == number(ErrorCode.InvalidArgument));
  const old = one.input;
  const streams = one.socket.stream(local(two.port)).value;
  one.input = streams._0;
  one.output = streams._1;
  check("the remote address is that of the streams", portOf(one.socket.remoteAddress()) == two.port);
  check("streams of before do not work any more", old.receive(1).isErr && old.subscribe().ready());
  check(
    "another address is an invalid argument",
    said(one.sends("x", local(three.port))) == number(ErrorCode.InvalidArgument),
  );
  three.sends("from three", local(one.port));
  two.sends("from two", local(one.port));
  const found = one.receives(10);
  check("only the one that was named is heard", found.length == 1 && textOf(found[0].data) == "from two");
  check(
    "no address is needed then",
    one.sends("to two", null).value == 1 && textOf(two.receives(1)[0].data) == "to two",
  );
  const again = one.socket.stream(null).value;
  one.input = again._0;
  three.sends("now three", local(one.port));
  check("and all are heard again", textOf(one.receives(1)[0].data) == "now three");
}

function states(): void {
  const socket = createUdpSocket(IpAddressFamily.Ipv6).value;
  const invalid = number(ErrorCode.InvalidState);
  check("a socket of UDP is of a family", socket.addressFamily() == IpAddressFamily.Ipv6);
  check(
    "a socket of UDP has to be bound",
    said(socket.stream(null)) == invalid &&
      said(socket.localAddress()) == invalid &&
      said(socket.finishBind()) == number(ErrorCode.NotInProgress),
  );
  check(
    "an address of the other family is an invalid argument for UDP",
    said(socket.startBind(network, local(0))) == number(ErrorCode.InvalidArgument),
  );
  socket.startBind(network, ipv6(0, 0, 1, 0));
  const conflict = said(socket.startBind(network, ipv6(0, 0, 1, 0)));
  const bound = socket.finishBind();
  check(
    "it is bound once",
    conflict == number(ErrorCode.ConcurrencyConflict) &&
      bound.isOk &&
      portOf(socket.localAddress()) > 0 &&
      said(socket.startBind(network, ipv6(0, 0, 1, 0))) == invalid,
  );
  check("a socket of UDP is always ready", socket.subscribe().ready());
}

function options(): void {
  const one = bound();
  check(
    "the hop limit of UDP is set",
    one.socket.setUnicastHopLimit(9).isOk &&
      one.socket.unicastHopLimit().value == 9 &&
      said(one.socket.setUnicastHopLimit(0)) == number(ErrorCode.InvalidArgument),
  );
  const set = one.socket.setReceiveBufferSize(50_000).isOk && one.socket.setSendBufferSize(50_000).isOk;
  check(
    "the sizes of UDP's buffers are set",
    set && one.socket.receiveBufferSize().value >= 50_000 && one.socket.sendBufferSize().value >= 50_000,
  );
  check(
    "a buffer of 0 is an invalid argument for UDP",
    said(one.socket.setReceiveBufferSize(0)) == number(ErrorCode.InvalidArgument) &&
      said(one.socket.setSendBufferSize(0)) == number(ErrorCode.InvalidArgument),
  );
}

function looksUp(): void {
  const stream = resolveAddresses(network, "localhost").value;
  const ready = stream.subscribe();
  const before = said(stream.resolveNextAddress());
  poll([ready]);
  let isThere = false;
  let count = 0;
  for (
    let next = stream.resolveNextAddress();
    next.isOk && next.value !== null;
    next = stream.resolveNextAddress()
  ) {
    count++;
    if (is127(next.value!)) isThere = true;
  }
  check("a lookup would block until it is done", before == number(ErrorCode.WouldBlock) || before == "ok");
  check("localhost is here", isThere && count > 0);
  check("after the last address there is none", stream.resolveNextAddress().value === null);
  stream.drop();
  check(
    "a name that was not granted is denied",
    said(resolveAddresses(network, "example.com")) == number(ErrorCode.AccessDenied),
  );
  check(
    "what is no name is an invalid argument",
    said(resolveAddresses(network, "a..b")) == number(ErrorCode.InvalidArgument),
  );
  const known = resolveAddresses(network, "127.0.0.1").value;
  check("an address is its own", known.subscribe().ready() && is127(known.resolveNextAddress().value!));
}

function is127(address: IpAddress): bool {
  if (!(address instanceof IpAddressIpv4)) return false;
  const ip = (address as IpAddressIpv4).value;
  return ip._0 == 127 && ip._1 == 0 && ip._2 == 0 && ip._3 == 1;
}

function number(code: ErrorCode): string {
  return (<i32>code).toString();
}
