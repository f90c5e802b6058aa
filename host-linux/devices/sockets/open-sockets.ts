/**
 * The sockets of a running system: resources whose reps this host gives out.
 *
 * One for a system, so that a handle means the same to whoever holds it. A rep is used
 * again once its resource is dropped: a service opens more of them than there are numbers.
 */
import { HostError } from "../../host-error.ts";
import { withinLimit } from "../open-limit.ts";
import { LookupTurns } from "./lookup-turns.ts";
import type { NameLookup } from "./name-lookup.ts";
import { Room } from "./room.ts";
import type { TcpSocket } from "./tcp-socket.ts";
import type { UdpSocket } from "./udp-socket.ts";

/** Open at a time, in a system and by one grant; a socket that is dropped counts until it is closed. */
const MOST_SOCKETS: number = withinLimit(16_384, 5 / 6);
const MOST_SOCKETS_OF_PROCESS: number = withinLimit(12_288, 5 / 8);
const MOST_LOOKUPS = 256;
const MOST_LOOKUPS_OF_PROCESS = 64;

/** By the resources' names in WIT. */
interface Kinds {
  readonly "tcp-socket": TcpSocket;
  readonly "udp-socket": UdpSocket;
  readonly "name-lookup": NameLookup;
}

export class OpenSockets {
  readonly #resources: ({ readonly kind: keyof Kinds; readonly value: Kinds[keyof Kinds] } | undefined)[] = [
    undefined,
  ];
  readonly #free: number[] = [];
  readonly #sockets = new Room(MOST_SOCKETS);
  readonly #lookups = new Room(MOST_LOOKUPS);
  /** By name of the process. */
  readonly #turns = new Map<string, LookupTurns>();

  /** For one grant of one process. */
  rooms(): { readonly sockets: Room; readonly lookups: Room } {
    return {
      sockets: new Room(MOST_SOCKETS_OF_PROCESS, this.#sockets),
      lookups: new Room(MOST_LOOKUPS_OF_PROCESS, this.#lookups),
    };
  }

  /** For all that look up names in a process, and for those that are made like it. */
  turnsOf(process: string): LookupTurns {
    const turns = this.#turns.get(process) ?? new LookupTurns();
    this.#turns.set(process, turns);
    return turns;
  }

  add<K extends keyof Kinds>(kind: K, value: Kinds[K]): number {
    const rep = this.#free.pop() ?? this.#resources.length;
    this.#resources[rep] = { kind, value };
    return rep;
  }

  get<K extends keyof Kinds>(kind: K, rep: number): Kinds[K] {
    const resource = this.#resources[rep];
    if (resource?.kind === kind) return resource.value as Kinds[K];
    throw new HostError(`A device was given the ${kind} ${rep}, which is not open.`);
  }

  close(kind: keyof Kinds, rep: number): void {
    const value = this.get(kind, rep);
    this.#resources[rep] = undefined;
    this.#free.push(rep);
    value.close();
  }
}
