// @wit bench:ipc/runs
//
// The caller's loops as an ordinary Atoll app: the work of ../../cases.ts. It
// stamps its payloads in place, so that a round measures the call and not the
// making of a string.
import { add, bump, echoBytes, echoString, Hit, readBytes, readStrings } from "bench:ipc/ops";
import { makeText, stamp, Text, unit } from "./text";

export function runAdd(n: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) sum = add(sum, i);
  return sum;
}

const characters = makeText(64, 0);

export function runString(n: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    stamp(characters, i);
    const reply = echoString(characters);
    sum += reply.length + unit(reply, 0) + unit(reply, (i * 61) & 63);
  }
  return sum;
}

function payload(size: u32): StaticArray<u8> {
  const bytes = new StaticArray<u8>(size);
  for (let j: u32 = 0; j < size; j++) bytes[j] = <u8>(j * 31 + 7);
  return bytes;
}

const bytes64 = payload(64);
const bytes4k = payload(4096);
const bytes64k = payload(65536);

function bytesOf(size: u32): StaticArray<u8> {
  if (size == 64) return bytes64;
  return size == 4096 ? bytes4k : bytes64k;
}

export function runBytesIn(size: u32, n: u32): u32 {
  const bytes = bytesOf(size);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(changetype<usize>(bytes), i);
    sum += readBytes(bytes);
  }
  return sum;
}

export function runBytesBoth(size: u32, n: u32): u32 {
  const bytes = bytesOf(size);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(changetype<usize>(bytes), i);
    const reply = echoBytes(bytes);
    sum += load<u32>(changetype<usize>(reply)) + reply[(i * 61) & (reply.length - 1)];
  }
  return sum;
}

const title = makeText(16, 0);

export function runRecord(n: u32): u32 {
  const hit = new Hit(0, 0, 0, title, false);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    stamp(title, i);
    hit.document = i;
    hit.position = i * 3;
    hit.score = <f64>i * 0.5;
    hit.exact = (i & 1) == 1;
    const reply = bump(hit);
    sum += reply.document + reply.position + <u32>reply.score + <u32>reply.exact;
    sum += unit(reply.title, (i * 5) & 15);
  }
  return sum;
}

/** Stamps one string a round, in turn; the strings are made anew for each run. */
export function runStrings(n: u32): u32 {
  const texts: Text[] = [];
  for (let k: u32 = 0; k < 100; k++) texts.push(makeText(16, k));
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    stamp(texts[i % 100], i);
    sum += readStrings(texts);
  }
  return sum;
}
