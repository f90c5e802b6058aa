/** Names between WIT and TypeScript. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLabel } from "../../../toolchain/abi/index.ts";
import { camelName, kebabName, pascalName } from "../../../toolchain/bindgen/index.ts";

describe("from WIT", () => {
  test.each([
    ["search", "search", "Search"],
    ["search-hit", "searchHit", "SearchHit"],
    ["u8-to-i32", "u8ToI32", "U8ToI32"],
    ["get-HTTP-server", "getHTTPServer", "GetHTTPServer"],
    ["p2p", "p2p", "P2p"],
    ["delete", "delete_", "Delete"],
    ["of", "of_", "Of"],
    ["override", "override_", "Override"],
    ["map", "map", "Map_"],
    ["error", "error", "Error_"],
  ])("%s", (label, camel, pascal) => {
    expect(camelName(label)).toBe(camel);
    expect(pascalName(label)).toBe(pascal);
  });
});

describe("to WIT", () => {
  test.each([
    ["searchHit", "search-hit"],
    ["SearchHit", "search-hit"],
    ["u8ToI32", "u8-to-i32"],
    ["point2D", "point2-d"],
    ["getHTTPServer", "get-HTTP-server"],
    ["HTTP2Server", "HTTP2-server"],
    ["isAUser", "is-a-user"],
    ["max_size", "max-size"],
    ["delete_", "delete"],
  ])("%s", (identifier, label) => {
    expect(kebabName(identifier)).toBe(label);
    expect(isLabel(label)).toBe(true);
  });

  test.each(["_", "$", "größe", "a$b", "__x", ""])("%j has no WIT name", (identifier) => {
    expect(kebabName(identifier)).toBeUndefined();
  });

  test("camelCase names come back the same", () => {
    const word = fc.stringMatching(/^[A-Z]?[a-z][a-z0-9]{0,4}$|^[A-Z][A-Z0-9]{0,3}$/);
    const first = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    fc.assert(
      fc.property(first, fc.array(word, { maxLength: 4 }), (start, words) => {
        const identifier = start + words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join("");
        const label = kebabName(identifier) ?? "";
        expect(isLabel(label), label).toBe(true);
        expect(camelName(label).replace(/_$/, "")).toBe(identifier);
      }),
      { seed: 20261121 },
    );
  });
});
