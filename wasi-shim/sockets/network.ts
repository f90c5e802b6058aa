/** wasi:sockets/network and instance-network: the one network, of which a process has what it was granted. */
export class Network {}

export function instanceNetwork(): Network {
  return new Network();
}
