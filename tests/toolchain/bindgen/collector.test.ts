/** The collector's further function, on the collector that is installed and on others. */
import * as asc from "assemblyscript/asc";
import { describe, expect, it } from "vitest";
import { COLLECTOR, withPinnedBlocks } from "../../../toolchain/bindgen/index.ts";

const own = asc.libraryFiles[COLLECTOR] ?? "";

describe("the collector", () => {
  it("keeps its own text and gets one function, which does not clear", () => {
    const extended = withPinnedBlocks(own);
    // What is pinned has to be there before the program's first statement, which may get a text already.
    const kept = own.replace("@lazy let pinSpace =", "let pinSpace =");
    expect(kept).not.toBe(own);
    expect(extended.startsWith(kept)).toBe(true);
    const added = extended.slice(kept.length);
    expect(added.match(/export function \w+/g)).toEqual(["export function __newPinned"]);
    expect(added).toContain("linkTo(pinSpace, transparent)");
    expect(added).not.toContain("memory.fill");
  });

  it("is refused when its __new is another one", () => {
    expect(() => withPinnedBlocks(own.replace("memory.fill(ptr, 0, size);", ""))).toThrow(
      /no __new that bindings know/,
    );
    expect(() => withPinnedBlocks("")).toThrow(TypeError);
  });
});
