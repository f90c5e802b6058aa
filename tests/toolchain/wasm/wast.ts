/**
 * Takes the modules and components out of a `.wast` script, as text for `parse`.
 *
 * A script is a list of commands; assertions hold the component that they are
 * about one level down. Only parentheses, strings and comments are understood.
 */

/** A module or component, and what the script says of it: `assert_malformed`, or nothing. */
export interface ScriptDefinition {
  readonly text: string;
  readonly assertion: string | undefined;
}

/** Every `(component …)` and `(module …)` that defines something. */
export function definitionsOf(script: string): ScriptDefinition[] {
  return forms(script)
    .flatMap((form): ScriptDefinition[] => {
      if (isDefinition(form)) return [{ text: form, assertion: undefined }];
      const assertion = /^\(\s*(assert_\w+)/.exec(form)?.[1];
      return forms(form.slice(1, -1))
        .filter(isDefinition)
        .map((text) => ({ text, assertion }));
    })
    .map(({ text, assertion }) => ({
      text: text.replace(/^\(\s*(component|module)\s+definition\b/, "($1"),
      assertion,
    }));
}

function isDefinition(form: string): boolean {
  return (
    /^\(\s*(component|module)\b/.test(form) &&
    !/^\(\s*(component|module)\s+(\$\S+\s+)?(quote|instance)\b/.test(form)
  );
}

/** The parenthesised forms at the outermost level of a text. */
function forms(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  const tokens = /"(?:[^"\\]|\\[^])*"|;;[^\n]*|\(;|;\)|[()]/g;
  let comment = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === "(;") comment++;
    else if (token === ";)") comment--;
    else if (comment > 0 || token.startsWith('"') || token.startsWith(";;")) continue;
    else if (token === "(") {
      if (depth++ === 0) start = index;
    } else if (--depth === 0) found.push(text.slice(start, index + 1));
  }
  return found;
}
