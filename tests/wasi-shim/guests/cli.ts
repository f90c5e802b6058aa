/** All functions of wasi:cli; the first argument says which of the ways to end. */
import { exit, exitWithCode } from "wasi:cli/exit";
import { getArguments, getEnvironment, initialCwd } from "wasi:cli/environment";
import { getStdin } from "wasi:cli/stdin";
import { getStdout } from "wasi:cli/stdout";
import { getStderr } from "wasi:cli/stderr";
import { getTerminalStdin } from "wasi:cli/terminal-stdin";
import { getTerminalStdout } from "wasi:cli/terminal-stdout";
import { getTerminalStderr } from "wasi:cli/terminal-stderr";
import { subscribeInstant } from "wasi:clocks/monotonic-clock";
import { poll } from "wasi:io/poll";
import { InputStream, OutputStream } from "wasi:io/streams";
import { Result, Void } from "atoll";
import { check } from "./check";

export function run(): Result<Void, Void> {
  const words = getArguments();
  const what = words.length > 1 ? words[1] : "";
  if (what == "copy") copy(getStdin(), getStdout());
  else if (what == "say") say();
  else if (what == "exit-ok") exit(Result.ok<Void, Void>(Void.value));
  else if (what == "exit-err") exit(Result.err<Void, Void>(Void.value));
  else if (what == "exit-with-code") exitWithCode(<u8>I32.parseInt(words[2]));
  else if (what == "return-err") return Result.err<Void, Void>(Void.value);
  else checks(words);
  return Result.ok<Void, Void>(Void.value);
}

function checks(words: string[]): void {
  check(
    "arguments begin with the name of the process",
    words.join(" ") == "guest  two words",
    words.join(" "),
  );
  const variables = getEnvironment();
  let found = "";
  for (let i = 0; i < variables.length; i++) found += variables[i]._0 + "=" + variables[i]._1 + ";";
  check("the environment is what system.ts says", found == "HOME=/nowhere;NAME=zoë;", found);
  check("no directory is the current one", initialCwd() === null);
  check("standard input is no terminal", getTerminalStdin() === null);
  check("standard output is no terminal", getTerminalStdout() === null);
  check("standard error is no terminal", getTerminalStderr() === null);
  input();
}

/** What comes is `hello, world`. */
function input(): void {
  const first = getStdin();
  const ready = first.subscribe();
  const always = subscribeInstant(0);
  let come = poll([always, ready]);
  while (come.length < 2) come = poll([always, ready]);
  check("input comes also to who never waits for it", come.join() == "0,1", come.join());
  const some = text(first.blockingRead(5).value);
  const other = getStdin();
  const rest = text(other.blockingRead(100).value);
  check("two streams of standard input share it", some + rest == "hello, world", some + "|" + rest);
  const end = other.blockingRead(1);
  check("standard input ends", end.isErr && first.blockingRead(1).isErr && first.subscribe().ready());
}

function copy(from: InputStream, to: OutputStream): void {
  while (true) {
    const bytes = from.blockingRead(1 << 16);
    if (bytes.isErr) return;
    let at = 0;
    while (at < bytes.value.length) {
      const part = min<i32>(bytes.value.length - at, <i32>to.checkWrite().value);
      to.write(bytes.value.slice<StaticArray<u8>>(at, at + part));
      at += part;
    }
  }
}

function say(): void {
  getStdout().blockingWriteAndFlush(bytes("out\n"));
  getStderr().blockingWriteAndFlush(bytes("err\n"));
}

function text(bytes: StaticArray<u8>): string {
  return String.UTF8.decodeUnsafe(changetype<usize>(bytes), bytes.length);
}

function bytes(text: string): StaticArray<u8> {
  const result = new StaticArray<u8>(text.length);
  for (let i = 0; i < text.length; i++) result[i] = <u8>text.charCodeAt(i);
  return result;
}
