// @wit bench:ipc/ops
//
// The callee as an ordinary Atoll app. ../ops.wit says what each function is for.
// ./text is utf16.ts; for jco it is utf8.ts.
import { Text, unit } from "./text";

export class Hit {
  constructor(
    public document: u32,
    public position: u32,
    public score: f64,
    public title: Text,
    public exact: bool,
  ) {}
}

export function add(a: u32, b: u32): u32 {
  return a + b;
}

export function echoString(text: Text): Text {
  return text;
}

export function readBytes(bytes: StaticArray<u8>): u32 {
  const stamp = load<u32>(changetype<usize>(bytes));
  return stamp + bytes[(stamp * 61) & (bytes.length - 1)];
}

export function echoBytes(bytes: StaticArray<u8>): StaticArray<u8> {
  return bytes;
}

export function bump(hit: Hit): Hit {
  hit.position += 1;
  hit.score *= 2;
  hit.exact = !hit.exact;
  return hit;
}

export function readStrings(texts: Text[]): u32 {
  let sum: u32 = 0;
  for (let k = 0; k < texts.length; k++) {
    const text = texts[k];
    sum += text.length + unit(text, 0);
  }
  return sum;
}
