/**
 * What is being done, for whatever may take more than a second.
 *
 * On standard error, so that results can be piped: a spinner on a terminal, a
 * plain line for each step otherwise.
 */

export interface Progress {
  /** Such as `Building query.ts`; replaces what was said before. */
  readonly say: (text: string) => void;
}

/** Runs `work`, which says what it does; nothing appears when it says nothing. */
export async function withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work({ say: (text) => void process.stderr.write(`${text} …\n`) });
  const { spinner } = await import("@clack/prompts");
  const shown = spinner({ output: process.stderr, withGuide: false });
  let started = false;
  const say = (text: string): void => {
    if (started) shown.message(text);
    else shown.start(text);
    started = true;
  };
  try {
    return await work({ say });
  } finally {
    if (started) shown.clear();
  }
}
