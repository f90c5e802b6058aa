/**
 * What a guest may say in headers, and what is the connection's.
 *
 * How long a body is and what becomes of the connection is for whoever has the
 * connection to say: a guest that could would make the next request on it of its
 * body (request smuggling).
 */
import type { RawFields } from "./fields.ts";
import { http } from "./node-http.ts";

const LENGTH = "content-length";
/** In lower case. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "http2-settings",
]);

export interface Checked {
  /** Names and values in turn, without what is the connection's, a length, and `without`. */
  readonly fields: string[];
  /** Of the body, where the headers say it. */
  readonly length: number | undefined;
}

/** Undefined for what HTTP does not allow, or is undefined. @param without further names, in lower case. */
export function checkFields(fields: RawFields | undefined, without?: string): Checked | undefined {
  if (fields === undefined) return undefined;
  const kept: string[] = [];
  let length: number | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    const known = nameOf(name);
    if (known === undefined || !isValue(name, value)) return undefined;
    if (known === LENGTH) {
      const said = lengthOf(value);
      if (said === undefined || (length !== undefined && length !== said)) return undefined;
      length = said;
    } else if (known !== without && !OF_CONNECTION.has(known)) kept.push(name, value);
  }
  return { fields: kept, length };
}

/** Names that are good, in lower case: to look at each one again takes most of the time that headers take. */
const names = new Map<string, string>();
const MOST_NAMES = 256;
const LONGEST_NAME = 64;

/** In lower case; undefined for what is no name. */
function nameOf(name: string): string | undefined {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (!isAllowed(() => http.validateHeaderName(name))) return undefined;
  const lower = name.toLowerCase();
  if (names.size === MOST_NAMES) names.clear();
  if (name.length <= LONGEST_NAME) names.set(name, lower);
  return lower;
}

function isValue(name: string, value: string): boolean {
  return isAllowed(() => http.validateHeaderValue(name, value));
}

function isAllowed(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}

/** A number of bytes as HTTP writes it. */
function lengthOf(value: string): number | undefined {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  return length;
}

/** As Node wants trailers. */
export function pairsOf(fields: readonly string[]): [string, string][] {
  return fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!] as [string, string]] : []));
}
