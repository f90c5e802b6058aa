// @wit search:tokenizer/api
//
// A tokenizer that is not content with texts: it tries to open a file. It
// compiles, and then the linker asks who granted it a directory. Nobody did.
import { readText } from "atoll:device/directory";

/** As in tokenizer.ts. */
export class Token {
  constructor(
    public word: string,
    public start: u32,
  ) {}
}

/** Returns, if it could, what is written in the password file. */
export function tokenize(text: string): Token[] {
  const passwords = readText("/etc/passwd");
  return [new Token(passwords.isOk ? passwords.value : text, 0)];
}
