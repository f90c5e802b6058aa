/**
 * `jco serve COMPONENT` on a free port: `node jco-server.ts JCO COMPONENT`. Says where it is when it answers.
 *
 * It ends with its input, and all that jco has started ends with it: jco answers from
 * a process of its own, which may hang and hears no other way.
 */
import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";

const [jco, component] = process.argv.slice(2) as [string, string];

const probe = createServer().listen(0, "127.0.0.1");
await once(probe, "listening");
const { port } = probe.address() as AddressInfo;
await new Promise((resolve) => probe.close(resolve));

const words = [jco, "serve", component, "--host", "127.0.0.1", "--port", String(port)];
const server = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"], detached: true });
server.once("exit", (code) => process.exit(code ?? 1));
process.once("exit", () => process.kill(-(server.pid ?? 0), "SIGKILL"));
process.once("SIGTERM", () => process.exit(1));
process.stdin.resume().once("close", () => process.exit(1));

const url = `http://127.0.0.1:${port}`;
for (;;) {
  const answers = await fetch(`${url}/hello`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
process.stdout.write(`${url}\n`);
