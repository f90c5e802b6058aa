// @wit search:query/main
//
// Talks to the person: builds the index, answers queries. It holds the console
// and may call index and corpus; it cannot reach the tokenizer or a file. Where
// an answer is asked for with `try…`, the death of an app is an answer too.
import { Fault } from "atoll";
import { readLine, writeLine } from "atoll:device/console";
import { get } from "atoll:device/configuration";
import { excerpt } from "search:corpus/api";
import { build, trySearch } from "search:index/api";

const HITS = 3;
const WIDTH = 96;

/** Answers the queries of the configuration, or asks for them. */
export function run(): void {
  const stats = build();
  writeLine(
    `Index: ${stats.documents} texts, ${stats.units} characters, ${stats.words} different words, ${stats.postings} postings`,
  );
  if (stats.documents == 0) {
    writeLine("No .md, .markdown or .txt file was found in the granted directory.");
    return;
  }
  const queries = get("queries");
  if (queries !== null) {
    const list = queries.split(";");
    for (let i = 0; i < list.length; i++) answer(list[i].trim());
  }
  if (get("ask") !== null) ask();
}

function ask(): void {
  writeLine("Type words to search for; an empty line or Ctrl-D ends.");
  while (true) {
    const line = readLine();
    if (line === null || line.trim().length == 0) return;
    answer(line);
  }
}

function answer(query: string): void {
  writeLine("");
  writeLine(`"${query}"`);
  const answer = trySearch(query, HITS);
  if (answer.isErr) {
    const what = answer.error == Fault.Unavailable ? "is not there any more" : "did not survive the question";
    writeLine(`  no answer: the index ${what}`);
    return;
  }
  const hits = answer.value;
  if (hits.length == 0) writeLine("  nothing found");
  for (let i = 0; i < hits.length; i++) {
    const hit = hits[i];
    writeLine(`  ${(Math.round(hit.score * 100) / 100).toString()}  ${hit.path}`);
    writeLine("        … " + excerpt(hit.path, hit.start, WIDTH) + " …");
  }
}
