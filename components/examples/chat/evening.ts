// @wit chat:evening/main
//
// Opens the lobby, and tells once a second how it goes.
import { now } from "atoll:device/clock";
import { get } from "atoll:device/configuration";
import { writeLine } from "atoll:device/console";
import { sleep } from "atoll:kernel/time";
import { open, count } from "chat:lobby/api";

const SECOND: u64 = 1_000_000;

export function run(): void {
  const start = now();
  const processes = open(number("rooms"), number("visitors"), SECOND);
  writeLine(`${processes} processes after ${(now() - start) / 1_000_000} ms`);
  const seconds = number("seconds");
  for (let second: u32 = 1; second <= seconds; second++) {
    sleep(SECOND);
    const all = count();
    writeLine(`${second} s: ${all.said} sentences, heard ${all.heard} times; ${all.deaths} rooms died and came back`);
  }
}

function number(key: string): u32 {
  const text = get(key);
  return text === null ? 0 : U32.parseInt(text);
}
