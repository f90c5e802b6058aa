/** What a guest found, as lines of the console: `ok NAME`, or `not ok NAME: what it found`. */
import { writeLine } from "atoll:device/console";

export function check(name: string, isTrue: bool, found: string = ""): void {
  writeLine(isTrue ? "ok " + name : "not ok " + name + ": " + found);
}
