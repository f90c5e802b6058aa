/** Runs another Node in this one's place: same streams, same signals, same end. */
import { spawn } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param args For Node: its flags, the program, the program's arguments. */
export async function standIn(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well: passing it on would be a second one.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !atTerminal) child.kill(signal);
    });
  }
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve({ code, signal }));
    },
  );
  for (const handled of SIGNALS) process.removeAllListeners(handled);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
