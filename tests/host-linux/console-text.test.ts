/** Lines on the output: tags that nobody can forge. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConsoleText, partsOf } from "../../host-linux/console-text.ts";

const plain = new ConsoleText(["index", "q"], { tags: true, colour: false });
const coloured = new ConsoleText(["index", "q"], { tags: true, colour: true });

function line(text: ConsoleText, process: string, content: string): string {
  return Buffer.from(text.line(process, Buffer.from(content))).toString();
}

describe("a tagged line", () => {
  it("begins with the process, names aligned", () => {
    expect(line(plain, "index", "one")).toBe("index │ one\n");
    expect(line(plain, "q", "")).toBe("q     │ \n");
  });

  it("is tagged again after each line feed", () => {
    expect(line(plain, "q", "a\nb\n")).toBe("q     │ a\nq     │ b\nq     │ \n");
  });

  it("shows control characters as pictures, and keeps tabs", () => {
    expect(line(plain, "q", "a\tb\rindex │ forged")).toBe("q     │ a\tb␍index │ forged\n");
    expect(line(plain, "q", "\u001b[2Kx\u007f\u009b2J")).toBe("q     │ ␛[2Kx␡\ufffd2J\n");
  });

  it("keeps colours on a terminal only, and ends them with the line", () => {
    expect(line(plain, "q", "\u001b[31mred\u001b[0m")).toBe("q     │ red\n");
    const [tag, first] = line(coloured, "q", "\u001b[31mred\nrest").split("│ ");
    expect(tag).toBe("\u001b[33mq     ");
    expect(first?.startsWith("\u001b[0m\u001b[31mred\u001b[0m\n")).toBe(true);
  });

  it("can never hold anything that moves the cursor", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (content) => {
        const output = line(plain, "q", content);
        return (
          output
            .split("\n")
            .slice(0, -1)
            .every((part) => part.startsWith("q     │ ")) &&
          // oxlint-disable-next-line no-control-regex
          !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(output)
        );
      }),
      { numRuns: 500 },
    );
  });
});

function parts(text: string): string {
  return [...partsOf(Buffer.from(text))].map((part) => `${Buffer.from(part).toString()}\n`).join("");
}

describe("a long text", () => {
  it("has the same lines in parts", () => {
    const line = fc.constantFrom("", "a", "é".repeat(1000), "b".repeat(70_000));
    const text = fc.array(line, { maxLength: 200 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, (whole) => parts(whole) === `${whole}\n`),
      { numRuns: 50 },
    );
  });

  it("is never in the host as millions of lines, and not as one beyond a mebibyte", () => {
    const feeds = [...partsOf(new Uint8Array(10_000_000).fill(10))];
    expect(Math.max(...feeds.map(({ length }) => length))).toBeLessThan(65_537);
    const long = [...partsOf(Buffer.from(`${"é".repeat(700_000)}x\n`))];
    expect(long.map(({ length }) => length)).toEqual([1_048_576, 1_400_001 - 1_048_576, 0]);
  });
});
