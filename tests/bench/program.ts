/**
 * Runs a program of the benchmarks to its end, or to the end of its test.
 *
 * A benchmark starts programs that start programs. Waiting for them must not keep
 * the test's own time limit from being noticed, and a test that is over must not
 * leave one behind: they are a group, which ends together.
 */
import { spawn } from "node:child_process";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param signal The test's own: aborted when its time is over. */
export async function runNode(
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (said[stream] += text));
  }
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { status, ...said };
  } finally {
    signal.removeEventListener("abort", end);
  }
}
