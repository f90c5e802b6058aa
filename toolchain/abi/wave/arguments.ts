/**
 * The arguments of a call in WAVE: one text each, or `(1, "x")` for all.
 */
import type { Field } from "../types.ts";
import type { ComponentValue } from "../value/value.ts";
import { WaveError } from "./error.ts";
import { Lexer } from "./lexer.ts";
import { expectEnd, parseValue, parseWave } from "./parse.ts";

/**
 * The values for a function's parameters.
 *
 * One text that begins with `(` holds all arguments, unless it only makes sense
 * as the value of a single parameter, a tuple. Trailing arguments that are
 * options may be left out.
 *
 * @throws WaveError
 */
export function parseWaveArguments(texts: readonly string[], params: readonly Field[]): ComponentValue[] {
  const [only, ...more] = texts;
  if (only === undefined || more.length > 0 || !only.trimStart().startsWith("("))
    return parseEach(texts, params);
  try {
    return parseList(only, params);
  } catch (listError) {
    if (params.length !== 1 || !(listError instanceof WaveError)) throw listError;
    return preferFurther(listError, () => parseEach(texts, params));
  }
}

/** All arguments in one text, in parentheses. */
function parseList(text: string, params: readonly Field[]): ComponentValue[] {
  const lexer = new Lexer(text);
  lexer.expect("(", `the arguments in (…)`);
  const values: ComponentValue[] = [];
  for (const [i, param] of params.entries()) {
    const next = lexer.peek();
    if (next.kind === "punctuation" && next.text === ")" && rest(params, i)) break;
    if (i > 0) {
      lexer.expect(",", `"," and ${param.label}, argument ${i + 1} of ${params.length}`);
      const after = lexer.peek();
      if (after.kind === "punctuation" && after.text === ")" && rest(params, i)) break;
    }
    values.push(parseValue(lexer, param.type));
  }
  if (values.length > 0) lexer.accept(",");
  lexer.expect(")", `")" after ${params.length} arguments`);
  expectEnd(lexer);
  return padded(values, params);
}

function parseEach(texts: readonly string[], params: readonly Field[]): ComponentValue[] {
  if (texts.length > params.length || !rest(params, texts.length)) {
    const names = params.map((param) => param.label).join(", ");
    throw new WaveError(texts.join(" "), 0, `${params.length} arguments (${names})`, String(texts.length));
  }
  const values = texts.map((text, i) => parseOne(text, params[i] as Field, i));
  return padded(values, params);
}

function parseOne(text: string, param: Field, index: number): ComponentValue {
  try {
    return parseWave(text, param.type);
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    const subject = `argument ${index + 1} (${param.label}), `;
    throw new WaveError(text, error.offset, error.expected, error.found, subject);
  }
}

/** Whether the parameters from this one on can be left out. */
function rest(params: readonly Field[], from: number): boolean {
  return params.slice(from).every((param) => param.type.kind === "option");
}

function padded(values: ComponentValue[], params: readonly Field[]): ComponentValue[] {
  return params.map((_, i) => values[i] ?? { case: "none" });
}

/** Of two readings that fail, the one that came further says what was meant. */
function preferFurther(first: WaveError, second: () => ComponentValue[]): ComponentValue[] {
  try {
    return second();
  } catch (error) {
    throw error instanceof WaveError && error.offset > first.offset ? error : first;
  }
}
