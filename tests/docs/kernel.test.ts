/** The systems in docs/kernel.md run, and print what the page says. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { atoll } from "../cli/atoll.ts";
import { Folder } from "../toolchain/compile/guest.ts";

const PAGE = readFileSync(new URL("../../docs/kernel.md", import.meta.url), "utf8");

interface Example {
  readonly title: string;
  /** By the name in their first line. */
  readonly files: Readonly<Record<string, string>>;
  readonly printed: string;
}

/** The sections that have a `system.ts`; what it prints is the first block without a language behind it. */
function examples(): Example[] {
  return PAGE.split(/^###? /m).flatMap((section) => {
    const blocks = [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text = ""]) => {
      return { name: /^\/\/ (\S+\.ts)\n/.exec(text)?.[1], language, text };
    });
    const system = blocks.findIndex(({ name }) => name === "system.ts");
    if (system < 0) return [];
    const files = blocks.flatMap(({ name, text }) => (name === undefined ? [] : [[name, text] as const]));
    const printed = blocks.slice(system).find(({ language }) => language === "")?.text ?? "";
    const title = section.slice(0, section.indexOf("\n"));
    return [{ title, files: Object.fromEntries(files), printed }];
  });
}

it("finds them", () => {
  expect(examples().map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      "Time",
      "Ending",
      "Making processes, and hearing of their end",
      "Handing out handles",
      "Looking",
    ]),
  );
});

// One of them counts ticks, which a busy machine may be late with.
it.each(examples())("$title", { retry: 2 }, async ({ files, printed }) => {
  using folder = await new Folder().write(files);
  const { stdout, code } = await atoll(["run", "system.ts"], { cwd: folder.path });
  expect(stdout).toBe(printed);
  expect(code).toBe(0);
});
