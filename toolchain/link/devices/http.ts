/**
 * The HTTP devices as types: `http-server` and `http-client` of `wit/device.wit`.
 *
 * What an answer is made of is `atoll:http/types` of `wit/http.wit`, which
 * handlers and their drivers have in common with the device.
 */
import type { Interface, ValueType } from "../../abi/index.ts";
import {
  bool,
  bytes,
  enumeration,
  func,
  interfaceOf,
  list,
  option,
  record,
  string,
  u16,
  u32,
} from "../interface-types.ts";
import { HTTP_CLIENT_ERRORS, HTTP_SERVER_ERRORS } from "../plan-errors.ts";

const types = "atoll:http/types@0.1.0";
const texts = list({ kind: "tuple", types: [string, string] });
const request = record(types, "request", { method: string, target: string, headers: texts, body: bytes });
const response = record(types, "response", { status: u16, headers: texts, body: bytes });

const server = "atoll:device/http-server@0.1.0";
const fields = list({ kind: "tuple", types: [string, bytes] });
const serverError = enumeration(server, "error-code", HTTP_SERVER_ERRORS);
const requestHead = record(server, "head", { method: string, target: string, headers: fields, empty: bool });
const demand = record(server, "demand", { waiting: u32, idle: u32, departed: list(u32) });

export const HTTP_SERVER: Interface = interfaceOf(
  {
    enter: func({ worker: u32 }),
    leave: func({}),
    next: func({}, option(request)),
    "next-head": func({}, option(requestHead)),
    ending: func({}, bool),
    respond: func({ response }, or(serverError)),
    "client-address": func({}, option(string)),
    "is-open": func({}, bool),
    "read-body": func({ most: u32 }, or(serverError, option(bytes))),
    "request-trailers": func({}, or(serverError, fields)),
    "begin-response": func({ status: u16, headers: fields }, or(serverError)),
    room: func({}, or(serverError, u32)),
    "write-body": func({ bytes }, or(serverError, u32)),
    "end-body": func({ trailers: fields }, or(serverError)),
    abandon: func({}),
    load: func({}, demand),
    "listens-at": func({}, string),
  },
  [request, response, requestHead, serverError, demand],
);

const client = "atoll:device/http-client@0.1.0";
const clientError = enumeration(client, "error-code", HTTP_CLIENT_ERRORS);
const clientRequest = record(client, "request", {
  method: string,
  secure: bool,
  authority: string,
  path: string,
  headers: fields,
  "connect-time": option(u32),
  "first-byte-time": option(u32),
  "between-bytes-time": option(u32),
});
const answerHead = record(client, "head", { status: u16, headers: fields });

export const HTTP_CLIENT: Interface = interfaceOf(
  {
    begin: func({ request: clientRequest }, or(clientError, u32)),
    room: func({ call: u32 }, or(clientError, u32)),
    "write-body": func({ call: u32, bytes }, or(clientError, u32)),
    "end-body": func({ call: u32, trailers: fields }, or(clientError)),
    answer: func({ call: u32 }, or(clientError, option(answerHead))),
    "read-body": func({ call: u32, most: u32 }, or(clientError, option(bytes))),
    trailers: func({ call: u32 }, or(clientError, fields)),
    end: func({ call: u32 }),
  },
  [clientError, clientRequest, answerHead],
);

function or(err: ValueType, ok?: ValueType): ValueType {
  return ok === undefined ? { kind: "result", err } : { kind: "result", ok, err };
}
