/**
 * The names of Rust's functions, as its programmers write them.
 *
 * Its compiler keeps mangled names in a module's name section, of one of two
 * forms: the older `_ZN4core9panicking9panic_fmt17h768731f43edd91bfE`, and since
 * 2025 `_R…` (rust-v0-name.ts). C++ has its names readable there, by its linker.
 */
import { readV0Name } from "./rust-v0-name.ts";

/** The path of a Rust function; any other name as it is. */
export function readableName(name: string): string {
  return readLegacyName(name) ?? readV0Name(name) ?? name.replace(HASH, "");
}

/** What tools that made it readable leave of the older form. */
const HASH = /::h[0-9a-f]{16}$/;

const LEGACY = /^_ZN(.*)17h[0-9a-f]{16}E(\.|$)/;
/** What an identifier writes between two `$`; others are `$u7b$`, a character by its number. */
const SYMBOLS: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

function readLegacyName(name: string): string | undefined {
  const [, mangled] = LEGACY.exec(name) ?? [];
  if (mangled === undefined) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < mangled.length;) {
    const [digits = ""] = /^[1-9]\d{0,4}/.exec(mangled.slice(at, at + 5)) ?? [];
    const start = at + digits.length;
    at = start + Number(digits);
    if (digits === "" || at > mangled.length) return undefined;
    parts.push(identifier(mangled.slice(start, at)));
  }
  return parts.join("::");
}

function identifier(text: string): string {
  return text
    .replace(/^_\$/, "$")
    .replaceAll(/\$u([0-9a-f]{1,5})\$/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/\$([A-Z]{1,2})\$/g, (all, symbol: string) => SYMBOLS[symbol] ?? all)
    .replaceAll("..", "::");
}
