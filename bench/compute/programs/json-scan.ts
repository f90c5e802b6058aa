// Reads a JSON text once: checks its structure, and adds up its numbers and the lengths of its strings.

let input = new StaticArray<u8>(0);
let at: i32 = 0;
let sum: u32 = 0;

export function load(text: StaticArray<u8>): u32 {
  input = text;
  return text.length;
}

export function run(round: u32): u32 {
  at = 0;
  sum = round;
  value();
  space();
  return at === input.length ? sum : 0;
}

function peek(): u8 {
  return at < input.length ? input[at] : 0;
}

function space(): void {
  while (at < input.length) {
    const c = input[at];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
    at++;
  }
}

function value(): void {
  space();
  const c = peek();
  if (c === 0x7b) object();
  else if (c === 0x5b) array();
  else if (c === 0x22) string();
  else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) number();
  else word();
}

function object(): void {
  at++;
  space();
  if (peek() === 0x7d) {
    at++;
    return;
  }
  for (;;) {
    space();
    string();
    space();
    expect(0x3a);
    value();
    space();
    if (peek() === 0x7d) break;
    expect(0x2c);
  }
  at++;
}

function array(): void {
  at++;
  space();
  if (peek() === 0x5d) {
    at++;
    return;
  }
  for (;;) {
    value();
    space();
    if (peek() === 0x5d) break;
    expect(0x2c);
  }
  at++;
}

function string(): void {
  expect(0x22);
  const start = at;
  while (at < input.length) {
    const c = input[at];
    if (c === 0x22) break;
    at += c === 0x5c ? 2 : 1;
  }
  sum += at - start;
  at++;
}

function number(): void {
  let whole: u32 = 0;
  while (at < input.length) {
    const c = input[at];
    if (c >= 0x30 && c <= 0x39) whole = whole * 10 + (c - 0x30);
    else if (c !== 0x2d && c !== 0x2b && c !== 0x2e && c !== 0x65 && c !== 0x45) break;
    at++;
  }
  sum += whole;
}

function word(): void {
  while (peek() >= 0x61 && peek() <= 0x7a) at++;
}

function expect(c: u8): void {
  if (peek() !== c) throw new Error("not JSON at " + at.toString());
  at++;
}
