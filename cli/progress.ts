/**
 * What is being done, for whatever may take more than a second.
 *
 * On standard error, so that results can be piped: a spinner on a terminal, a
 * plain line otherwise.
 */

/** Says what is done while it is done. `text` is such as `Building query.ts`. */
export async function withProgress<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text} …\n`);
    return work();
  }
  const { spinner } = await import("@clack/prompts");
  const shown = spinner({ output: process.stderr, withGuide: false });
  shown.start(text);
  try {
    const result = await work();
    shown.clear();
    return result;
  } catch (error) {
    shown.clear();
    throw error;
  }
}
