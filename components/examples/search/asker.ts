// @wit search:asker/main
//
// A client that never stops asking: whether each question was answered, and how
// long the longest answer took. Nothing here knows that the index can die; a
// question without an answer is counted, and the next one asked.
import { get } from "atoll:device/configuration";
import { now } from "atoll:device/clock";
import { writeLine } from "atoll:device/console";
import { sleep } from "atoll:kernel/time";
import { trySearch } from "search:index/api";

const QUESTIONS: string[] = ["source map", "capability", "install with npm", "linear memory"];
/** Between two questions, in microseconds. */
const PAUSE: u64 = 5_000;
const NANOSECONDS_PER_MILLISECOND: f64 = 1e6;

let answered: u32 = 0;
let unanswered: u32 = 0;
const times: f64[] = [];

/** Asks for as many seconds as the configuration says. */
export function run(): void {
  ask(0);
  writeLine(`The first answer took ${milliseconds(times[0])}: the index read all texts for it. Serving.`);
  const end = now() + seconds() * 1_000_000_000;
  for (let i = 1; now() < end; i++) {
    ask(i);
    sleep(PAUSE);
  }
  const later = times.slice(1);
  later.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  writeLine(`${answered + unanswered} questions: ${answered} answered, ${unanswered} without an answer.`);
  writeLine(
    `An answer took ${milliseconds(later[later.length / 2])} in the median, and at most ${milliseconds(later[later.length - 1])}.`,
  );
}

function seconds(): u64 {
  const text = get("seconds");
  return text === null ? 5 : U64.parseInt(text);
}

function ask(i: i32): void {
  const start = now();
  const answer = trySearch(QUESTIONS[i % QUESTIONS.length], 3);
  times.push(<f64>(now() - start));
  if (answer.isErr) unanswered++;
  else answered++;
}

function milliseconds(nanoseconds: f64): string {
  return `${Math.round((nanoseconds / NANOSECONDS_PER_MILLISECOND) * 100) / 100} ms`;
}
