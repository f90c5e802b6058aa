/** A request as a route sees it: its parts by name, decoded. */
import { Request } from "atoll:http/types";
import { Json } from "../json/value";
import { decodeComponent, decodeFormPart } from "./percent";
import { fromUtf8 } from "./utf8";

const NONE: string[] = [];

@final
export class Context {
  /** As it was sent, without the query. */
  readonly path: string;
  /** What follows the first `?`, as it was sent. */
  readonly queryText: string;
  // Most requests have none: lists are made for those that do.
  private names: string[] = NONE;
  private values: string[] = NONE;

  constructor(readonly request: Request) {
    const target = request.target;
    const start = pathStart(target);
    const mark = target.indexOf("?", start);
    const end = mark < 0 ? target.length : mark;
    this.path = start < end ? target.substring(start, end) : "/";
    this.queryText = mark < 0 ? "" : target.substring(mark + 1);
  }

  get method(): string {
    return this.request.method;
  }

  /** What stands in the path for `:name` of the route, or `*`; empty where the route has none of that name. */
  param(name: string): string {
    const place = this.names.indexOf(name);
    return place < 0 ? "" : this.values[place];
  }

  /** The first value of a name in the query; null where there is none. */
  query(name: string): string | null {
    return valueIn(this.queryText, name);
  }

  /** The first value of a name in a body that is a form (`application/x-www-form-urlencoded`). */
  form(name: string): string | null {
    return valueIn(this.text(), name);
  }

  /** The first header of that name, in any case; null where there is none. */
  header(name: string): string | null {
    const headers = this.request.headers;
    for (let i = 0; i < headers.length; i++) {
      if (isSameName(headers[i]._0, name)) return headers[i]._1;
    }
    return null;
  }

  /** The body as text; what is not UTF-8 reads as U+FFFD. */
  text(): string {
    return fromUtf8(this.request.body);
  }

  /** The body as JSON; null where it is none. */
  json(): Json | null {
    return Json.parse(this.text());
  }

  /** For routers: what a part of the path stands for, as it was sent. */
  setParam(name: string, value: string): void {
    if (this.names === NONE) this.clear();
    this.names.push(name);
    this.values.push(decodeComponent(value));
  }

  /** For routers: the next route begins anew. */
  clearParams(): void {
    if (this.names.length > 0) this.clear();
  }

  private clear(): void {
    this.names = [];
    this.values = [];
  }
}

/** Behind the scheme and the host, which clients name that take a server for a proxy (RFC 9112, section 3.2.2). */
function pathStart(target: string): i32 {
  if (target.startsWith("/")) return 0;
  const scheme = target.indexOf("://");
  if (scheme < 0) return 0;
  const slash = target.indexOf("/", scheme + 3);
  const mark = target.indexOf("?", scheme + 3);
  if (mark >= 0 && (slash < 0 || mark < slash)) return mark;
  return slash < 0 ? target.length : slash;
}

function valueIn(text: string, name: string): string | null {
  if (text.length == 0) return null;
  const pairs = text.split("&");
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i];
    const mark = pair.indexOf("=");
    const key = mark < 0 ? pair : pair.substring(0, mark);
    if (decodeFormPart(key) == name) return mark < 0 ? "" : decodeFormPart(pair.substring(mark + 1));
  }
  return null;
}

/** Names of headers are ASCII: to compare them takes no tables of Unicode, which would be most of a small app. */
function isSameName(a: string, b: string): bool {
  if (a.length != b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (lower(a.charCodeAt(i)) != lower(b.charCodeAt(i))) return false;
  }
  return true;
}

function lower(unit: i32): i32 {
  return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
}
