/** The shim of a process that uses sockets. */
export * from "./base";

export { instanceNetwork, Network } from "./sockets/network";
export { createTcpSocket, TcpSocket } from "./sockets/tcp-socket";
export {
  createUdpSocket,
  IncomingDatagramStream,
  OutgoingDatagramStream,
  UdpSocket,
} from "./sockets/udp-socket";
export { resolveAddresses, ResolveAddressStream } from "./sockets/name-lookup";
