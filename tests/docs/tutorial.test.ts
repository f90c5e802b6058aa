/** The tutorial, as somebody types it: its files, its commands, and what it says that they print. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atoll, start, workFolder } from "../cli/atoll.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = workFolder();
const project = join(folder.path, "party");
const setting = { cwd: project };
afterAll(() => folder.remove());

interface Block {
  readonly language: string;
  /** What follows the language, such as `title=system.ts`. */
  readonly about: string;
  readonly text: string;
}

const tutorial = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");
const blocks = [...tutorial.matchAll(/^```(\w+)(?: ([^\n]+))?\n(.*?)^```$/gms)].map(
  ([, language = "", about = "", text = ""]): Block => ({ language, about, text }),
);

beforeAll(async () => {
  expect(await atoll(["new", "party"], { cwd: folder.path })).toMatchObject({ code: 0 });
  // What `npm install` does with the dependency of a new project, which is this checkout.
  mkdirSync(join(project, "node_modules"));
  symlinkSync(ROOT, join(project, "node_modules/atoll-os"), "dir");
});

/** Commands, and the lines that each is said to print. */
function commandsIn({ text }: Block): [string, string[]][] {
  return text.split(/^\$ /m).flatMap((part): [string, string[]][] => {
    const [command = "", ...lines] = part.split("\n").filter((line) => line !== "");
    return command.includes("atoll") && !command.startsWith("atoll new")
      ? [[command.replace(/^npx atoll /, ""), lines]]
      : [];
  });
}

/** What varies from run to run: states of the moment, and columns that they move. */
function steady(line: string): string {
  return line
    .replace(/\b(waiting|ready|running|idle)\b/, "STATE")
    .replaceAll(/ +/g, " ")
    .trim();
}

/** What processes wrote, without what `atoll` said about it. */
function said(lines: readonly string[]): string[] {
  return lines.filter((line) => line.includes("│"));
}

it("has blocks of all that it needs", () => {
  expect(blocks.filter(({ language }) => language === "console")).toHaveLength(4);
  expect(blocks.filter(({ language }) => language === "ts").length).toBeGreaterThan(5);
});

it("prints what it says that it prints", async () => {
  for (const block of blocks) {
    const [, file] = /^title=(.+)$/.exec(block.about) ?? [];
    if (file !== undefined) writeFileSync(join(project, file), block.text);
    else if (block.about === "running") await whileItRuns(block);
    else {
      for (const [command, lines] of commandsIn(block)) {
        const { code, stdout, stderr } = await atoll(command.split(" "), setting);
        expect(code, stderr).toBe(0);
        const printed = `${stdout}${stderr}`.split("\n");
        for (const line of lines) expect(printed, printed.join("\n")).toContain(line);
        expect(said(printed)).toEqual(said(lines));
      }
    }
  }
});

async function whileItRuns(block: Block): Promise<void> {
  const system = start(["run", "system.ts"], setting);
  await system.said("2: Hello");
  for (const [command, lines] of commandsIn(block)) {
    const { code, stdout, stderr } = await atoll(command.split(" "), setting);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split("\n").map(steady)).toEqual(lines.map(steady));
  }
  system.child.kill("SIGINT");
  await system.ended;
}
