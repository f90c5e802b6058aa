/**
 * All functions of wasi:io/streams and wasi:io/error, on streams that do what a script says.
 *
 * Or what WASI says ends a program, by the word of the configuration.
 */
import { get } from "atoll:device/configuration";
import { poll } from "wasi:io/poll";
import { now } from "wasi:clocks/monotonic-clock";
import { getRandomBytes } from "wasi:random/random";
import {
  InputStream,
  OutputStream,
  StreamError,
  StreamErrorClosed,
  StreamErrorLastOperationFailed,
} from "wasi:io/streams";
import { dropped, input, output, written } from "t:scripted/streams";
import { Result, Void } from "atoll";
import { check } from "./check";

export function run(): void {
  const word = get("what");
  if (word !== null) {
    end(word);
    return;
  }
  reads();
  readsToTheEnd();
  skips();
  writes();
  blockingWrites();
  zeroes();
  splices();
  endings();
}

function end(what: string): void {
  if (what == "poll") poll([]);
  else if (what == "random") getRandomBytes(u64.MAX_VALUE);
  else {
    const to = output("5 end");
    if (what == "write-unasked") to.write(new StaticArray<u8>(1));
    to.checkWrite();
    to.write(new StaticArray<u8>(3));
    if (what == "write") to.write(new StaticArray<u8>(3));
    if (what == "write-zeroes") to.writeZeroes(u64.MAX_VALUE);
  }
  check("it went on", false);
}

function reads(): void {
  const from = input("5 +10 3 end");
  check(
    "read gives what is there, at most what was asked for",
    said(from.read(3)) == "abc" && said(from.read(9)) == "de",
  );
  check("read gives nothing while nothing is there", said(from.read(9)) == "" && said(from.read(0)) == "");
  const ready = from.subscribe();
  const before = ready.ready();
  ready.block();
  check(
    "subscribe of an input stream is ready when bytes are",
    !before && ready.ready() && said(from.read(u64.MAX_VALUE)) == "fgh",
  );
  check(
    "read says when the stream is at its end",
    said(from.read(1)) == "closed" && said(from.read(0)) == "closed",
  );
}

function readsToTheEnd(): void {
  const from = input("2 +10 3 fail");
  const begun = now();
  const both = said(from.blockingRead(9)) + said(from.blockingRead(9));
  check("blocking-read waits for one byte at least", both == "abcde" && now() - begun >= 10_000_000, both);
  const ended = input("+10 end");
  check(
    "blocking-read ends with the stream",
    said(ended.blockingRead(1)) == "closed" && said(ended.blockingRead(0)) == "closed",
  );
  check("blocking-read of no bytes does not wait", said(input("+100000 end").blockingRead(0)) == "");
  const failed = from.blockingRead(9);
  check("an error has words", said(failed) == "failed: read: as scripted", said(failed));
  check("after an error the stream is closed", said(from.read(9)) == "closed" && from.subscribe().ready());
}

function skips(): void {
  const from = input("5 +10 3 end");
  const first = counted(from.skip(2)) + " " + counted(from.skip(9)) + " " + counted(from.skip(9));
  check("skip counts what it skipped", first == "2 3 0", first);
  const second =
    counted(from.blockingSkip(2)) + " " + said(from.read(9)) + " " + counted(from.blockingSkip(2));
  check("blocking-skip waits for one byte at least", second == "2 h closed", second);
}

function writes(): void {
  const to = output("5 +10 300 end");
  check("check-write says how much room there is", counted(to.checkWrite()) == "5");
  check(
    "write takes as much in parts",
    done(to.write(bytes("abc"))) == "done" && done(to.write(bytes("de"))) == "done",
  );
  const full = counted(to.checkWrite());
  const ready = to.subscribe();
  const before = ready.ready();
  ready.block();
  check(
    "subscribe of an output stream is ready when there is room",
    full == "0" && !before && counted(to.checkWrite()) == "300",
  );
  to.write(bytes("f"));
  const flushed = done(to.flush());
  const while_ = counted(to.checkWrite());
  to.subscribe().block();
  const after = counted(to.checkWrite());
  check(
    "a flush takes no writes until it is done",
    flushed == "done" && while_ == "0" && after == "299" && written() == "abcdef|",
    written(),
  );
  to.write(bytes("g"));
  check(
    "blocking-flush waits until it is done",
    done(to.blockingFlush()) == "done" && counted(to.checkWrite()) == "298",
  );
}

function blockingWrites(): void {
  const to = output("5 +10 3 +10 4 end");
  const wrote = done(to.blockingWriteAndFlush(bytes("abcdefghij")));
  check(
    "blocking-write-and-flush writes all in parts",
    wrote == "done" && written() == "abcdefghij|",
    written(),
  );
  const rest = done(to.blockingWriteAndFlush(bytes("kl")));
  const more = done(to.blockingWriteAndFlush(bytes("m")));
  check("a stream may end with its last bytes", rest == "done" && more == "closed", rest + more);
  const fails = output("3 fail");
  check(
    "blocking-write-and-flush says what went wrong",
    done(fails.blockingWriteAndFlush(bytes("abcd"))) == "failed: write: as scripted",
  );
  check(
    "after an error nothing is written any more",
    counted(fails.checkWrite()) == "closed" &&
      done(fails.flush()) == "closed" &&
      done(fails.blockingFlush()) == "closed",
  );
}

function zeroes(): void {
  const to = output("5 +10 100000 end");
  to.checkWrite();
  check("write-zeroes writes zeroes", done(to.writeZeroes(3)) == "done" && written() == "\0\0\0");
  check(
    "blocking-write-zeroes-and-flush writes all",
    done(to.blockingWriteZeroesAndFlush(100_002)) == "done" && written().length == 100_006,
  );
}

function splices(): void {
  const from = input("9 +10 3 end");
  const to = output("5 +20 300 end");
  const first =
    counted(to.splice(from, 3)) + " " + counted(to.splice(from, 9)) + " " + counted(to.splice(from, 9));
  check("splice moves what is there and has room", first == "3 2 0" && written() == "abcde", first);
  const second =
    counted(to.blockingSplice(from, 9)) +
    " " +
    counted(to.blockingSplice(from, 2)) +
    " " +
    counted(to.splice(from, 9));
  check(
    "blocking-splice waits for bytes and for room",
    second == "4 2 1" && written() == "abcdefghijkl",
    second,
  );
  check(
    "a splice ends with either stream",
    counted(to.splice(from, 9)) == "closed" && counted(to.blockingSplice(from, 9)) == "closed",
  );
  check("a splice of nothing moves nothing", counted(to.splice(input("5 end"), 0)) == "0");
}

function endings(): void {
  const before = dropped();
  const from = input("+100000 end");
  const ready = from.subscribe();
  from.drop();
  const to = output("+100000 end");
  const room = to.subscribe();
  to.drop();
  check(
    "a dropped stream ends, and who waits for it goes on",
    ready.ready() && room.ready() && dropped() == before + 2,
  );
  const come = poll([
    input("+100000 end").subscribe(),
    input("+10 1 end").subscribe(),
    output("+100000 end").subscribe(),
  ]);
  check("poll takes streams of both kinds", come.join() == "1", come.join());
}

function said(found: Result<StaticArray<u8>, StreamError>): string {
  if (found.isErr) return errorOf(found.error);
  const text = found.value;
  return String.UTF8.decodeUnsafe(changetype<usize>(text), text.length);
}

function counted(found: Result<u64, StreamError>): string {
  return found.isErr ? errorOf(found.error) : found.value.toString();
}

function done(found: Result<Void, StreamError>): string {
  return found.isErr ? errorOf(found.error) : "done";
}

function errorOf(error: StreamError): string {
  if (error instanceof StreamErrorClosed) return "closed";
  return "failed: " + (error as StreamErrorLastOperationFailed).value.toDebugString();
}

function bytes(text: string): StaticArray<u8> {
  const result = new StaticArray<u8>(text.length);
  for (let i = 0; i < text.length; i++) result[i] = <u8>text.charCodeAt(i);
  return result;
}
