/** Kinds of values that several fields of a `system.ts` have. */
import { z } from "zod";

const WORD = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";

export const name: z.ZodType<string> = z.string().regex(new RegExp(`^${WORD}$`), {
  error: "expected a name of lower-case words, digits and hyphens, such as word-index",
});

export const text: z.ZodType<string> = z.string().min(1, { error: "expected a text that is not empty" });

/** The kernel counts microseconds in 31 bits: what is below that, about 35 minutes. */
const MAX_DURATION = 2_147_483;

/** Milliseconds; parts of one are microseconds. */
export function duration(least: number): z.ZodType<number> {
  return z.number().min(least).max(MAX_DURATION);
}
/** The shortest that is not none. */
export const MIN_DURATION = 0.001;

/** What is counted in 31 bits. */
export function amount(least: number): z.ZodType<number> {
  return z.int().min(least).max(0x7fff_ffff);
}

/** The schemas of an object's fields; those that may be missing are so in its type. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: Pick<T, Key> extends Required<Pick<T, Key>>
    ? z.ZodType<T[Key]>
    : z.ZodExactOptional<z.ZodType<Exclude<T[Key], undefined>>>;
};
