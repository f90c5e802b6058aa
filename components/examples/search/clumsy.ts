// @wit search:tokenizer/api
//
// The tokenizer, with a word that it cannot bear. It dies of it, and so does the
// index, which waits for its answer; query is told, and goes on.
import { Token, tokenize as split } from "./tokenizer";

export { Token };

/** As in tokenizer.ts, but for one text. */
export function tokenize(text: string): Token[] {
  if (text == "capability") throw new Error("not that word");
  return split(text);
}
