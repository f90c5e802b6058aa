// @wit bench:wasi/worker
// The rounds by WASI: it is told `<case> <rounds>`, and answers `<nanoseconds> <checksum>`.
import { getStdin } from "wasi:cli/stdin";
import { getStdout } from "wasi:cli/stdout";
import { now } from "wasi:clocks/monotonic-clock";
import { getDirectories } from "wasi:filesystem/preopens";
import { Descriptor, DescriptorFlags, OpenFlags, PathFlags } from "wasi:filesystem/types";
import { InputStream, OutputStream } from "wasi:io/streams";
import { getRandomBytes } from "wasi:random/random";

const CHUNK: i32 = 64 * 1024;
const CHUNKS: i32 = 256;
const chunk = new StaticArray<u8>(CHUNK);

function clock(rounds: i32): u32 {
  let sum: u32 = 0;
  let last: u64 = 0;
  for (let i = 0; i < rounds; i++) {
    const time = now();
    if (time >= last) sum += i + 1;
    last = time;
  }
  return sum;
}

function random(rounds: i32): u32 {
  let sum: u32 = 0;
  let last: u64 = 0;
  for (let i = 0; i < rounds; i++) {
    const bytes = getRandomBytes(32);
    const word = load<u64>(changetype<usize>(bytes));
    if (bytes.length == 32 && word != last) sum += i + 1;
    last = word;
  }
  return sum;
}

/** As much at a time as the stream takes. */
function writeAll(stream: OutputStream, bytes: StaticArray<u8>): void {
  let at = 0;
  while (at < bytes.length) {
    const permit = <i32>stream.checkWrite().value;
    if (permit == 0) {
      const ready = stream.subscribe();
      ready.block();
      ready.drop();
      continue;
    }
    const end = at + (permit < bytes.length - at ? permit : bytes.length - at);
    stream.write(at == 0 && end == bytes.length ? bytes : StaticArray.slice(bytes, at, end));
    at = end;
  }
}

function stdout(rounds: i32): u32 {
  const stream = getStdout();
  for (let i = 0; i < rounds; i++) {
    store<u32>(changetype<usize>(chunk), i + 1);
    writeAll(stream, chunk);
  }
  stream.blockingFlush();
  stream.drop();
  return 0;
}

function openFile(open: OpenFlags, access: DescriptorFlags): Descriptor {
  const directories = getDirectories();
  const opened = directories[0]._0.openAt(<PathFlags>0, "chunks", open, access);
  if (opened.isErr) throw new Error("the file cannot be opened");
  return opened.value;
}

function write(rounds: i32): u32 {
  const file = openFile(OpenFlags.Create | OpenFlags.Truncate, DescriptorFlags.Write);
  for (let i = 0; i < rounds;) {
    const stream = file.writeViaStream(0).value;
    for (let k = 0; k < CHUNKS && i < rounds; k++, i++) {
      store<u32>(changetype<usize>(chunk), i + 1);
      writeAll(stream, chunk);
    }
    stream.blockingFlush();
    stream.drop();
  }
  file.drop();
  return 0;
}

/** The first word of the next chunk; 0 at the end. */
function nextWord(stream: InputStream): u32 {
  let word: u32 = 0;
  for (let at = 0; at < CHUNK;) {
    const read = stream.blockingRead(CHUNK - at);
    if (read.isErr) return 0;
    if (at == 0) word = load<u32>(changetype<usize>(read.value));
    at += read.value.length;
  }
  return word;
}

function read(rounds: i32): u32 {
  const file = openFile(<OpenFlags>0, DescriptorFlags.Read);
  let sum: u32 = 0;
  for (let i = 0; i < rounds;) {
    const stream = file.readViaStream(0).value;
    for (let k = 0; k < CHUNKS && i < rounds; k++, i++) sum += nextWord(stream);
    stream.drop();
  }
  file.drop();
  return sum;
}

function work(name: string, rounds: i32): u32 {
  if (name == "clock") return clock(rounds);
  if (name == "random-32") return random(rounds);
  if (name == "stdout-64k") return stdout(rounds);
  return name == "write-64k" ? write(rounds) : read(rounds);
}

function say(line: string): void {
  const stream = getStdout();
  const text = line + "\n";
  const bytes = new StaticArray<u8>(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = <u8>text.charCodeAt(i);
  writeAll(stream, bytes);
  stream.blockingFlush();
  stream.drop();
}

/** The next line of input; empty at its end. */
function nextLine(stream: InputStream): string {
  let text = "";
  let read = stream.blockingRead(1);
  for (; read.isOk && read.value[0] != 10; read = stream.blockingRead(1)) {
    text += String.fromCharCode(read.value[0]);
  }
  return text;
}

export function run(): void {
  const input = getStdin();
  say("ready");
  for (let line = nextLine(input); line != ""; line = nextLine(input)) {
    const words = line.split(" ");
    const start = now();
    const sum = work(words[0], I32.parseInt(words[1]));
    say(`${now() - start} ${sum}`);
  }
}
