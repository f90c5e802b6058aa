/** Words that WAVE reserves: a case of that name is written with `%` before it. */
export const KEYWORDS: ReadonlySet<string> = new Set("true false inf nan some none ok err".split(" "));
