/** `atoll run` of one component that writes bytes: what it is given, and what comes out of it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, workFolder } from "./atoll.ts";

const folder = workFolder();
const setting = { cwd: folder.path };

const TELLS = `// @wit my:tells/api
import { exit, isTerminal, Output, read, write } from "atoll:device/stdio";
import { getArguments, getEnvironment } from "atoll:device/configuration";
import { wait } from "atoll:kernel/wakeup";

function say(to: Output, text: string): void {
  const bytes = new StaticArray<u8>(String.UTF8.byteLength(text));
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, changetype<usize>(bytes));
  write(to, bytes);
}

export function run(): void {
  const words = getArguments();
  const environment = getEnvironment();
  say(Output.Out, words.join(" ") + "|");
  for (let i = 0; i < environment.length; i++) say(Output.Out, environment[i]._0 + "=" + environment[i]._1 + "|");
  let bytes = 0;
  while (true) {
    const got = read(1000);
    if (got.isErr) break;
    if (got.value.length == 0) wait(u64.MAX_VALUE);
    bytes += got.value.length;
  }
  say(Output.Out, bytes.toString() + " bytes");
  say(Output.Err, isTerminal(1) ? "terminal" : "no terminal");
  exit(<u8>words.length);
}`;
const PLAIN = `// @wit my:plain/api
import { writeLine } from "atoll:device/console";
export function run(): void { writeLine("plain"); }`;

beforeAll(async () => {
  writeFileSync(join(folder.path, "tells.ts"), TELLS);
  writeFileSync(join(folder.path, "plain.ts"), PLAIN);
  writeFileSync(
    join(folder.path, "system.ts"),
    `import { defineSystem, stdio } from "atoll-os";
    export default defineSystem({
      name: "pair",
      processes: { tells: { component: "./tells.ts", grants: [stdio()], environment: { A: "b" }, restart: "temporary" } },
      entry: "tells",
      supervisor: {},
    });`,
  );
  mkdirSync(join(folder.path, "data"));
  await atoll(["build", "tells.ts", "plain.ts"], setting);
}, 60_000);
afterAll(() => folder.remove());

describe("a component alone", () => {
  it("has arguments, environment, input and both outputs, byte for byte, and its exit code", async () => {
    const args = ["run", "tells.ts", "--env", "Z=1=2", "--env", "A=", "--", "one", "two"];
    expect(await atoll(args, { ...setting, input: "ü\r\n" })).toMatchObject({
      code: 2,
      stdout: "one two|A=|Z=1=2|4 bytes",
      stderr: "no terminal",
    });
  });

  it("has its lines tagged in a system, and its environment from there", async () => {
    const ended = await atoll(["run", "system.ts"], { ...setting, input: "xyz" });
    expect(ended).toMatchObject({
      code: 0,
      stdout: "tells │ |A=b|3 bytes\n",
      stderr: "tells │ no terminal\n",
    });
    const raw = await atoll(["run", "--no-tags", "system.ts"], { ...setting, input: "" });
    expect(raw).toMatchObject({ code: 0, stdout: "|A=b|0 bytes", stderr: "no terminal" });
  });
});

describe("a mistake", () => {
  it.each([
    ["--env A", /expected NAME=VALUE, found "A"/],
    ["--env =x", /expected NAME=VALUE, found "=x"/],
    ["--dir ::/x", /expected HOST, HOST::GUEST or either with :ro, found "::\/x"/],
    ["--dir a::b::c", /--dir 'a::b::c': expected HOST, HOST::GUEST.*\nRun atoll run --help/],
    [
      "--dir nowhere::/data",
      /--dir nowhere::\/data: expected a folder at nowhere, found nothing\.\nCreate it/,
    ],
    [
      "--dir plain.ts:ro",
      /expected a folder at plain\.ts, found a file\.\nGrant the folder that the file is in/,
    ],
    [
      "--dir data --dir data:ro",
      /the component would find two directories at data: HOST::GUEST names them apart/,
    ],
    ["--dir data", /plain\.ts: --dir is for a component that imports WASI or atoll:device\/files/],
    ["--env A=b", /plain\.ts: --env is for a component that imports WASI or atoll:device\/configuration/],
  ])("%s says what was expected", async (options, message) => {
    const { code, stderr } = await atoll(["run", ...options.split(" "), "plain.ts"], setting);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it.each(["--dir data", "--env A=b"])("%s for a system is refused", async (option) => {
    const { code, stderr } = await atoll(["run", ...option.split(" "), "system.ts"], setting);
    expect(stderr).toContain(`${option.slice(0, 5)} is for one component, and a system says itself`);
    expect(code).toBe(1);
  });
});
