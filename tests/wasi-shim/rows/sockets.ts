/** wasi:sockets. */
import { connect, listen } from "../../../index.ts";
import { checkedRows } from "../checks.ts";
import { CLOCK, CONSOLE, wasiGuest } from "../guest.ts";
import type { Row } from "../row.ts";

const tcp = (...names: string[]): string[] => names.map((name) => `wasi:sockets/tcp#tcp-socket.${name}`);
const udp = (...names: string[]): string[] => names.map((name) => `wasi:sockets/udp#udp-socket.${name}`);
const incoming = (name: string): string => `wasi:sockets/udp#incoming-datagram-stream.${name}`;
const outgoing = (name: string): string => `wasi:sockets/udp#outgoing-datagram-stream.${name}`;
const NETWORK = "wasi:sockets/instance-network#instance-network";
const CREATE = "wasi:sockets/tcp-create-socket#create-tcp-socket";
const CREATE_UDP = "wasi:sockets/udp-create-socket#create-udp-socket";
const RESOLVE = "wasi:sockets/ip-name-lookup#resolve-addresses";
const NEXT = "wasi:sockets/ip-name-lookup#resolve-address-stream.resolve-next-address";
const LOOKUP = "wasi:sockets/ip-name-lookup#resolve-address-stream.subscribe";

const BUFFERS = {
  partly: "The buffers of TCP are the host's, of 4 KiB to 1 MiB, and not those of the operating system.",
};
const SECONDS = { partly: "Node sets whole seconds, 32767 of them at most." };

const TCP: readonly Row[] = checkedRows(
  () => wasiGuest("tcp"),
  { process: { grants: [CLOCK, CONSOLE, listen(0), connect("localhost:*")] } },
  [
    { name: "accept would block while nobody is there", proves: tcp("accept") },
    { name: "subscribe of a listener is ready when a connection is there", proves: tcp("subscribe") },
    {
      name: "a connection carries bytes both ways",
      proves: [
        NETWORK,
        CREATE,
        ...tcp("start-connect", "finish-connect", "start-listen", "finish-listen", "accept"),
      ],
    },
    { name: "an accepted connection has the address of its listener", proves: tcp("local-address") },
    { name: "both ends know each other's address", proves: tcp("local-address", "remote-address") },
    { name: "is-listening is true of a listener alone", proves: tcp("is-listening") },
    { name: "address-family is what it was created with", proves: tcp("address-family") },
    { name: "a connection cannot connect once more", proves: tcp("start-connect") },
    { name: "shutdown of sending ends the other side's input", proves: tcp("shutdown") },
    { name: "and closes the output stream", proves: tcp("shutdown") },
    { name: "a connection whose one half is closed carries the other", proves: tcp("shutdown") },
    { name: "shutdown may be said twice", proves: tcp("shutdown") },
    { name: "shutdown of receiving discards what came", proves: tcp("shutdown") },
    { name: "dropping a connection sends what was written, and ends it", proves: ["wasi:sockets/tcp"] },
    { name: "a reset is an error with words", proves: ["wasi:io/error#error.to-debug-string"] },
    { name: "where nobody listens a connection is refused", proves: tcp("finish-connect") },
    {
      name: "finish-… of what was not begun is not-in-progress",
      proves: tcp("finish-bind", "finish-connect", "finish-listen"),
    },
    {
      name: "a socket that is not bound has no address, and cannot listen or accept",
      proves: tcp("local-address", "remote-address", "start-listen", "accept", "shutdown"),
    },
    {
      name: "a second operation while one is in progress is a conflict",
      proves: tcp("start-bind", "start-listen", "start-connect", "subscribe"),
    },
    { name: "a bound socket has a port", proves: tcp("start-bind", "finish-bind", "local-address") },
    { name: "a bound socket connects from its port", proves: tcp("start-connect") },
    { name: "what is not granted is access-denied", proves: tcp("start-connect") },
    { name: "a start-connect that fails closes the socket", proves: tcp("start-connect") },
    { name: "a port that is not granted is access-denied", proves: tcp("start-bind") },
    { name: "all addresses are those that the grant has", proves: tcp("start-bind") },
    { name: "an address of nobody is an invalid argument", proves: tcp("start-connect", "start-bind") },
    {
      name: "an address of the other family is an invalid argument",
      proves: tcp("start-connect", "start-bind"),
    },
    {
      name: "keep-alive is off until it is set",
      proves: tcp("keep-alive-enabled", "set-keep-alive-enabled"),
    },
    {
      name: "the times of keep-alive are in whole seconds",
      proves: tcp(
        "keep-alive-idle-time",
        "set-keep-alive-idle-time",
        "keep-alive-interval",
        "set-keep-alive-interval",
      ),
      linux: SECONDS,
    },
    { name: "keep-alive is counted", proves: tcp("keep-alive-count", "set-keep-alive-count") },
    {
      name: "the sizes of buffers are clamped",
      proves: tcp(
        "receive-buffer-size",
        "set-receive-buffer-size",
        "send-buffer-size",
        "set-send-buffer-size",
      ),
      linux: BUFFERS,
    },
    {
      name: "0 is an invalid argument for a time, a count or a size",
      proves: tcp("set-keep-alive-idle-time", "set-keep-alive-count", "set-listen-backlog-size"),
    },
    {
      name: "the hop limit cannot be had or set",
      proves: tcp("hop-limit", "set-hop-limit"),
      linux: { refused: "`not-supported`: Node has no way to it for TCP." },
    },
    {
      name: "the backlog is set before listening",
      proves: tcp("set-listen-backlog-size"),
      linux: { partly: "At most 4096; once the socket listens it is `not-supported`." },
    },
    { name: "options last through connecting", proves: tcp("keep-alive-enabled") },
    { name: "a socket may be one of IPv6", proves: [CREATE, ...tcp("address-family")] },
    { name: "a connection by IPv6 carries bytes", proves: ["wasi:sockets/tcp"] },
  ],
);

const UDP: readonly Row[] = checkedRows(
  () => wasiGuest("udp"),
  {
    process: {
      grants: [
        CLOCK,
        CONSOLE,
        listen({ port: 0, udp: true }),
        connect("localhost:*", { udp: true }),
        connect("localhost:1"),
      ],
    },
  },
  [
    { name: "receive gives nothing while nothing is there", proves: [incoming("receive")] },
    {
      name: "a datagram comes with its sender's address",
      proves: [
        CREATE_UDP,
        incoming("receive"),
        outgoing("send"),
        ...udp("start-bind", "finish-bind", "stream"),
      ],
    },
    { name: "subscribe of datagrams is ready when one is there", proves: [incoming("subscribe")] },
    { name: "send says how many were sent before one failed", proves: [outgoing("send")] },
    { name: "receive gives at most as many as were asked for", proves: [incoming("receive")] },
    { name: "a datagram may be too large", proves: [outgoing("send")] },
    { name: "check-send permits some", proves: [outgoing("check-send"), outgoing("subscribe")] },
    { name: "send of nothing sends nothing", proves: [outgoing("send")] },
    { name: "who was not granted is denied", proves: [outgoing("send")] },
    { name: "without an address a socket has no remote one", proves: udp("remote-address") },
    { name: "an address is needed", proves: [outgoing("send")] },
    { name: "the remote address is that of the streams", proves: udp("remote-address") },
    { name: "streams of before do not work any more", proves: udp("stream") },
    { name: "another address is an invalid argument", proves: [outgoing("send")] },
    { name: "only the one that was named is heard", proves: [...udp("stream"), incoming("receive")] },
    { name: "no address is needed then", proves: [outgoing("send")] },
    { name: "and all are heard again", proves: udp("stream") },
    { name: "a socket of UDP is of a family", proves: udp("address-family") },
    { name: "a socket of UDP has to be bound", proves: udp("stream", "local-address", "finish-bind") },
    { name: "an address of the other family is an invalid argument for UDP", proves: udp("start-bind") },
    { name: "it is bound once", proves: udp("start-bind", "local-address") },
    { name: "a socket of UDP is always ready", proves: udp("subscribe") },
    { name: "the hop limit of UDP is set", proves: udp("unicast-hop-limit", "set-unicast-hop-limit") },
    {
      name: "the sizes of UDP's buffers are set",
      proves: udp(
        "receive-buffer-size",
        "set-receive-buffer-size",
        "send-buffer-size",
        "set-send-buffer-size",
      ),
    },
    {
      name: "a buffer of 0 is an invalid argument for UDP",
      proves: udp("set-receive-buffer-size", "set-send-buffer-size"),
    },
    { name: "a lookup would block until it is done", proves: [NEXT] },
    { name: "localhost is here", proves: [RESOLVE, NEXT, LOOKUP] },
    { name: "after the last address there is none", proves: [NEXT] },
    { name: "a name that was not granted is denied", proves: [RESOLVE] },
    { name: "what is no name is an invalid argument", proves: [RESOLVE] },
    { name: "an address is its own", proves: [RESOLVE, LOOKUP] },
  ],
);

export const ROWS: readonly Row[] = [...TCP, ...UDP];
