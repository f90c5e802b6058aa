/** A system that runs while a test talks to it. */
import { tmpdir } from "node:os";
import { Writable } from "node:stream";
import { runSystem, type Outcome } from "../../host-linux/index.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";

export interface Started {
  /**
   * The next line of the console that begins so, of those behind the one that was returned last. Rejects when the
   * system ends without it.
   */
  readonly line: (begin: string) => Promise<string>;
  readonly lines: readonly string[];
  readonly outcome: Promise<Outcome>;
}

export function start(plan: LinkPlan): Started {
  const lines: string[] = [];
  let text = "";
  let seen = 0;
  let more = Promise.withResolvers<void>();
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      const parts = (text + chunk.toString()).split("\n");
      text = parts.pop() ?? "";
      lines.push(...parts);
      more.resolve();
      more = Promise.withResolvers();
      done();
    },
  });
  const outcome = runSystem(plan, { base: tmpdir(), tags: false, stdout });
  const line = async (begin: string): Promise<string> => {
    for (;;) {
      const found = lines.findIndex((one, i) => i >= seen && one.startsWith(begin));
      if (found >= 0) {
        seen = found + 1;
        return lines[found]!;
      }
      const end = await Promise.race([more.promise, outcome]);
      if (end !== undefined) throw new Error(JSON.stringify({ end, lines }));
    }
  };
  return { line, lines, outcome };
}

/** What the guest writes that listens at a port of its own. */
export async function portOf({ line }: Started): Promise<number> {
  return Number((await line("port ")).slice("port ".length));
}
