/** The system in docs/network.md runs, and greets who connects. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { start } from "../cli/atoll.ts";
import { Folder } from "../toolchain/compile/guest.ts";

const PAGE = readFileSync(new URL("../../docs/network.md", import.meta.url), "utf8");

/** Code by the name in its first line; those of the page's top have none. */
function files(port: number): Record<string, string> {
  const blocks = [...PAGE.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm)];
  return Object.fromEntries(
    blocks.map(([, name = "", text = ""]) => [name, text.replaceAll("8080", `${port}`)]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function greeting(port: number): Promise<string> {
  let text = "";
  for await (const piece of connect(port, "127.0.0.1")) text += String(piece);
  return text;
}

it("greets who connects, and stops", async () => {
  const port = await freePort();
  using folder = await new Folder().write(files(port));
  const { child, ended, said } = start(["run", "system.ts"], { cwd: folder.path });
  await said("listening");
  expect(await Promise.all([greeting(port), greeting(port)])).toEqual(["hello\n", "hello\n"]);
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
});
