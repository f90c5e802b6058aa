/** A lean program that hands each request on to the server that its header x-to names, both ways in parts. */
import { HEAD } from "./serving.ts";

export const PROXY: string = `// @wit t:proxy/api
${HEAD}
import { abandon, beginResponse, clientAddress, endBody, ending, enter, isOpen, listensAt, nextHead, readBody, requestTrailers, respond, writeBody, Head } from "atoll:device/http-server";
import { answer, begin, end, endBody as endRequest, readBody as readAnswer, trailers, writeBody as writeRequest, Request } from "atoll:device/http-client";
import { Response } from "atoll:http/types";

type Field = Tuple2<string, StaticArray<u8>>;
const NONE = new Array<Field>(0);

function text(value: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(value), value.length);
}

function header(head: Head, name: string): string {
  for (let i = 0; i < head.headers.length; i++)
    if (head.headers[i]._0 == name) return text(head.headers[i]._1);
  return "";
}

function fail(what: string): void {
  const headers: Tuple2<string, string>[] = [];
  if (respond(new Response(599, headers, bytes(what))).isErr) abandon();
}

function proxy(head: Head): void {
  const fields: Field[] = [];
  for (let i = 0; i < head.headers.length; i++) {
    const name = head.headers[i]._0;
    if (name.startsWith("x-") || name == "content-length") fields.push(head.headers[i]);
  }
  const named = header(head, "x-path");
  const path = named == "" ? head.target : named;
  const time = header(head, "x-time");
  const limit = new Option<u32>(true, time == "" ? 5000 : <u32>U32.parseInt(time));
  const begun = begin(new Request(head.method, header(head, "x-secure") != "", header(head, "x-to"), path, fields, limit, limit, limit));
  if (begun.isErr) return fail("begin " + begun.error.toString());
  const call = begun.value;
  let isSent = false;
  let isAnswered = false;
  let up: StaticArray<u8> | null = null;
  let down: StaticArray<u8> | null = null;
  while (true) {
    let isIdle = true;
    if (!isSent) {
      if (up == null) {
        const part = readBody(1_000_000);
        if (part.isErr) { end(call); return fail("read " + part.error.toString()); }
        up = part.value;
        if (up == null) {
          const ended = endRequest(call, requestTrailers().value);
          if (ended.isErr) { end(call); return fail("end " + ended.error.toString()); }
          isSent = true;
        } else if (up.length == 0) up = null;
      }
      if (up != null) {
        const taken = writeRequest(call, up);
        if (taken.isErr) { end(call); return fail("write " + taken.error.toString()); }
        if (taken.value > 0) isIdle = false;
        up = <i32>taken.value < up.length ? up.slice<StaticArray<u8>>(<i32>taken.value) : null;
      }
    }
    if (!isAnswered) {
      const answered = answer(call);
      if (answered.isErr) { end(call); return fail("answer " + answered.error.toString()); }
      const first = answered.value;
      if (first != null) {
        isAnswered = true;
        isIdle = false;
        if (beginResponse(first.status, first.headers).isErr) { end(call); return abandon(); }
      }
    }
    if (isAnswered) {
      if (down == null) {
        const part = readAnswer(call, 1_000_000);
        if (part.isErr) { end(call); return abandon(); }
        down = part.value;
        if (down == null) {
          endBody(trailers(call).value);
          end(call);
          return;
        }
        if (down.length == 0) down = null;
      }
      if (down != null) {
        const taken = writeBody(down);
        if (taken.isErr) { end(call); return; }
        if (taken.value > 0) isIdle = false;
        down = <i32>taken.value < down.length ? down.slice<StaticArray<u8>>(<i32>taken.value) : null;
      }
    }
    if (!isOpen()) { writeLine("client gone"); end(call); return; }
    if (isIdle) wait(u64.MAX_VALUE);
  }
}

export function run(): void {
  enter(1);
  writeLine(listensAt());
  while (true) {
    const head = nextHead();
    if (head == null) {
      if (ending()) return;
      wait(u64.MAX_VALUE);
    } else if (head.target == "/address") {
      const address = clientAddress();
      fail(address == null ? "" : address);
    } else if (head.target == "/short") {
      const fields: Field[] = [new Tuple2("content-length", bytes("9"))];
      beginResponse(200, fields);
      writeBody(bytes("abc"));
      writeLine("short " + endBody(NONE).error.toString());
    } else if (head.target == "/late-crash") {
      beginResponse(200, NONE);
      writeBody(bytes("abc"));
      wait(10_000_000);
      unreachable();
    } else proxy(head);
  }
}
`;
