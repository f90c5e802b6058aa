/** Lines on the output: tags that nobody can forge. */
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINE_BYTES } from "../../host-linux/channel/control.ts";
import { StdinLines } from "../../host-linux/channel/stdin-lines.ts";
import { ConsoleText } from "../../host-linux/console-text.ts";

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

async function lines(...chunks: Uint8Array[]): Promise<string[]> {
  const input = new StdinLines(Readable.from(chunks));
  const read: string[] = [];
  for (let next = await input.next(); next !== undefined; next = await input.next()) {
    read.push(Buffer.from(next).toString());
  }
  expect(await input.next()).toBeUndefined();
  return read;
}

describe("input lines", () => {
  it("do not depend on how the bytes arrive", async () => {
    const bytes = Buffer.from("grüße\r\n🐚\n\nlast\r");
    const expected = ["grüße", "🐚", "", "last\r"];
    expect(await lines(bytes)).toEqual(expected);
    expect(await lines(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it("read as U+FFFD where they are not UTF-8", async () => {
    expect(await lines(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toEqual(["a\ufffd", "b"]);
  });

  it("arrive in pieces when they are too long, cut between characters", async () => {
    const long = "ü".repeat(LINE_BYTES);
    const pieces = await lines(Buffer.from(`x${long}\nshort\n`));
    expect(pieces.slice(0, -1).join("")).toBe(`x${long}`);
    expect(pieces.at(-1)).toBe("short");
    expect(pieces).toHaveLength(4);
    const noise = await lines(Buffer.alloc(2 * LINE_BYTES, 0x80));
    expect(noise.join("")).toBe("\ufffd".repeat(2 * LINE_BYTES));
  });
});
