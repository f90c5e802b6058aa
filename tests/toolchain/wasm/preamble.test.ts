/** Telling a module from a component, and from what people hand over by mistake. */
import { describe, expect, test } from "vitest";
import { decodeComponent, decodeModule, kindOfBinary } from "../../../toolchain/wasm/index.ts";
import { bytes, COMPONENT, MODULE, refusal } from "./samples.ts";

test("the preamble tells the kind", () => {
  expect(kindOfBinary(bytes(MODULE))).toBe("module");
  expect(kindOfBinary(bytes(COMPONENT, 1, 2, 3))).toBe("component");
});

describe("what is neither is refused", () => {
  test.each([
    ["an empty file", bytes(), 0, "an empty file"],
    ["a file cut off in the magic", bytes(0, 0x61), 0, "a file that ends before"],
    ["a file cut off in the version", bytes(MODULE).subarray(0, 6), 4, "the end of the file"],
    [
      "text",
      bytes("(module)"),
      0,
      "text that looks like WAT; turn it into a binary first, as with `wasm-tools parse`",
    ],
    [
      "text behind a comment",
      bytes("  ;; hello\n(component)"),
      0,
      "text that looks like WAT; turn it into a binary first, as with `wasm-tools parse`",
    ],
    ["an ELF file", bytes(0x7f, "ELF"), 0, "7f 45 4c 46"],
    ["a module of version 2", bytes([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), 4, "02 00 00 00"],
    [
      "a component of another version",
      bytes([0, 0x61, 0x73, 0x6d, 0x0c, 0, 1, 0]),
      4,
      "0c 00 01 00 (a component of another version)",
    ],
  ])("%s", (_, file, offset, found) => {
    expect(refusal(() => kindOfBinary(file))).toMatchObject({ offset, found });
    expect(refusal(() => decodeModule(file))).toMatchObject({ offset, found, path: "module" });
    expect(refusal(() => decodeComponent(file))).toMatchObject({ offset, found, path: "component" });
  });

  test("and one kind is not taken for the other", () => {
    expect(refusal(() => decodeModule(bytes(COMPONENT)))).toMatchObject({
      expected: "a core module",
      found: "a component",
    });
    expect(refusal(() => decodeComponent(bytes(MODULE)))).toMatchObject({
      expected: "a component",
      found: "a core module",
    });
  });
});
