/**
 * `atoll:device/sockets` as types: the network, as far as it is granted.
 *
 * The same as in `wit/device.wit`, which a test compares. The order of labels
 * is part of the interface: hosts write positions.
 */
import type { FunctionType, Interface, ResourceType, ValueType } from "../../abi/index.ts";
import {
  bool,
  bytes,
  enumeration,
  flags,
  func,
  interfaceOf,
  list,
  option,
  record,
  string,
  u16,
  u32,
  u64,
} from "../interface-types.ts";
import { SOCKET_ERRORS } from "../plan-errors.ts";

const OWNER = "atoll:device/sockets@0.1.0";

const errorCode = enumeration(OWNER, "error-code", SOCKET_ERRORS);
const family = enumeration(OWNER, "family", ["ipv4", "ipv6"]);
const address = record(OWNER, "socket-address", {
  family,
  high: u64,
  low: u64,
  port: u16,
  "scope-id": u32,
});
const readiness = flags(OWNER, "readiness", ["settled", "acceptable", "readable", "writable", "flushed"]);
const which = enumeration(OWNER, "socket-option", [
  "keep-alive",
  "keep-alive-idle-time",
  "keep-alive-interval",
  "keep-alive-count",
  "hop-limit",
  "receive-buffer-size",
  "send-buffer-size",
  "listen-backlog-size",
]);
const datagram = record(OWNER, "datagram", { data: bytes, remote: address });

const tcp = resource("tcp-socket");
const udp = resource("udp-socket");
const nameLookup = resource("name-lookup");

export const SOCKETS: Interface = interfaceOf(
  {
    ...methods(tcp, {
      bind: [{ local: address }, orError()],
      connect: [{ remote: address }, orError()],
      listen: [{}, orError()],
      outcome: [{}, orError(bool)],
      accept: [{}, orError(option(own(tcp)))],
      "local-address": [{}, orError(address)],
      "remote-address": [{}, orError(address)],
      receive: [{ most: u32 }, orError(option(bytes))],
      room: [{}, orError(u32)],
      send: [{ bytes }, orError(u32)],
      shutdown: [{ receive: bool, send: bool }, orError()],
      ready: [{}, readiness],
      "get-option": [{ which }, orError(u64)],
      "set-option": [{ which, value: u64 }, orError()],
    }),
    ...methods(udp, {
      bind: [{ local: address }, orError()],
      restrict: [{ remote: option(address) }, orError()],
      "local-address": [{}, orError(address)],
      "remote-address": [{}, orError(address)],
      receive: [{ most: u32 }, orError(list(datagram))],
      send: [{ data: bytes, remote: option(address) }, orError(bool)],
      ready: [{}, readiness],
      "get-option": [{ which }, orError(u64)],
      "set-option": [{ which, value: u64 }, orError()],
    }),
    ...methods(nameLookup, { addresses: [{}, orError(option(list(address)))] }),
    "create-tcp-socket": func({ family }, orError(own(tcp))),
    "create-udp-socket": func({ family }, orError(own(udp))),
    lookup: func({ name: string }, orError(own(nameLookup))),
  },
  [errorCode, family, address, readiness, which, datagram],
  [tcp, udp, nameLookup],
);

function resource(name: string): ResourceType {
  return { name: { name, owner: OWNER } };
}

function own(resource: ResourceType): ValueType {
  return { kind: "own", resource };
}

type Signature = readonly [params: Readonly<Record<string, ValueType>>, result: ValueType];

function methods(
  resource: ResourceType,
  signatures: Readonly<Record<string, Signature>>,
): Record<string, FunctionType> {
  const self: ValueType = { kind: "borrow", resource };
  return Object.fromEntries(
    Object.entries(signatures).map(([name, [params, result]]) => [
      `[method]${resource.name?.name}.${name}`,
      func({ self, ...params }, result),
    ]),
  );
}

function orError(ok?: ValueType): ValueType {
  return { kind: "result", ...(ok && { ok }), err: errorCode };
}
