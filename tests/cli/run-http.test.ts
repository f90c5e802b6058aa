/** `atoll run --http`: a handler of HTTP requests, without a system. */
import { afterAll, expect, it } from "vitest";
import { freePort } from "../components/http/free-port.ts";
import { Folder } from "../toolchain/compile/guest.ts";
import { atoll, start } from "./atoll.ts";

const folder = await new Folder().write({
  "web.ts": `// @export atoll:http/handler
import { Request, Response } from "atoll:http/types";
export function handle(request: Request): Response { return new Response(201, [], request.body); }
`,
  "other.ts": "export function run(): void {}\n",
  "system.ts": `export default { name: "s", processes: { a: { component: "./other.ts" } }, entry: "a" };\n`,
});
const setting = { cwd: folder.path };
afterAll(() => folder[Symbol.dispose]());

it("answers, until it is stopped", async () => {
  const port = await freePort();
  const { child, said, ended } = start(["run", "web.ts", "--http", `127.0.0.1:${port}`], setting);
  await said(`http://127.0.0.1:${port}\n`);
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: "echo" });
  expect([answer.status, await answer.text()]).toEqual([201, "echo"]);
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
});

it.each([
  [["web.ts"], "Say where: atoll run --http 8080"],
  [["other.ts", "--http", "8080"], "it exports neither atoll:http/handler nor wasi:http/incoming-handler"],
  [["web.ts", "--http", "65536"], "expected a port from 0 to 65535"],
  [["web.ts", "--http", "localhost"], "expected a port from 0 to 65535, or one behind a host: 0.0.0.0:8080."],
  [["system.ts", "--http", "8080"], "a system says itself where it answers"],
])("refuses %j", async (args, message) => {
  const { code, stderr } = await atoll(["run", ...args], setting);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
