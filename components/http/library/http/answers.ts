/** Answers: a response for each kind of content, made in one call. */
import { Tuple2 } from "atoll";
import { Response } from "atoll:http/types";
import { Builder } from "../json/builder";
import { Json } from "../json/value";
import { toUtf8 } from "./utf8";

/** Plain text in UTF-8. */
export function text(body: string, status: u16 = 200): Response {
  return bytes(toUtf8(body), "text/plain; charset=utf-8", status);
}

/** A page. What comes from outside goes through `escapeHtml` first. */
export function html(body: string, status: u16 = 200): Response {
  return bytes(toUtf8(body), "text/html; charset=utf-8", status);
}

export function json(value: Json, status: u16 = 200): Response {
  return bytes(toUtf8(value.toString()), "application/json", status);
}

/** Any content, by its type, such as `image/png`. */
export function bytes(body: StaticArray<u8>, type: string, status: u16 = 200): Response {
  return new Response(status, [new Tuple2<string, string>("content-type", type)], body);
}

/** Leads a client elsewhere: 303, by which it asks again with GET; 301 and 308 are for ever. */
export function redirect(location: string, status: u16 = 303): Response {
  return withHeader(text("", status), "location", location);
}

/** Done, and nothing to say. */
export function noContent(): Response {
  return new Response(204, [], new StaticArray<u8>(0));
}

export function notFound(why: string = "There is nothing here."): Response {
  return text(why, 404);
}

/** The request makes no sense. */
export function badRequest(why: string): Response {
  return text(why, 400);
}

/** Adds a header to a response, and returns it. */
export function withHeader(response: Response, name: string, value: string): Response {
  response.headers.push(new Tuple2<string, string>(name, value));
  return response;
}

/** Text as it may stand in a page, also between quotes of an attribute. */
export function escapeHtml(text: string): string {
  let made: Builder | null = null;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const name = entityOf(text.charCodeAt(i));
    if (name.length == 0) continue;
    if (made === null) made = new Builder();
    made.part(text, start, i);
    made.text(name);
    start = i + 1;
  }
  if (made === null) return text;
  made.part(text, start, text.length);
  return made.toString();
}

function entityOf(unit: i32): string {
  switch (unit) {
    case 0x26:
      return "&amp;";
    case 0x3c:
      return "&lt;";
    case 0x3e:
      return "&gt;";
    case 0x22:
      return "&quot;";
    case 0x27:
      return "&#39;";
  }
  return "";
}
