/**
 * What is being done, for whatever may take more than a second.
 *
 * On standard error, so that results can be piped: a line that goes away again
 * on a terminal, a plain line for each step otherwise. Nothing turns: building
 * keeps this thread busy, and the spinners that can be had read standard input,
 * which belongs to the system that is about to run.
 */
import { styleText } from "node:util";

export interface Progress {
  /** Such as `Building query.ts`; replaces what was said before. */
  readonly say: (text: string) => void;
}

const CLEAR_LINE = "\r\u001b[2K";

/** Runs `work`, which says what it does; nothing appears when it says nothing. */
export async function withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return work({ say: (text) => void stderr.write(`${text} …\n`) });
  let shown = false;
  const say = (text: string): void => {
    stderr.write(`${CLEAR_LINE}${styleText("cyan", "◒", { stream: stderr })} ${text} …`);
    shown = true;
  };
  try {
    return await work({ say });
  } finally {
    if (shown) stderr.write(CLEAR_LINE);
  }
}
