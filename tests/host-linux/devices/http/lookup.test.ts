/** Names of servers that lead to where nobody outside can own an address. */
import { expect, it } from "vitest";
import { trustedLookup } from "../../../../host-linux/devices/http/lookup.ts";

function lookedUp(name: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    trustedLookup(name, { all }, (error, ...found) => resolve(error?.code ?? found));
  });
}

// The resolver takes these for addresses, which anybody who answers for a name could return.
it.each(["127.1", "0x7f.0.0.1", "169.254.43518", "0.0"])("%s is not found", async (name) => {
  expect(await lookedUp(name, true)).toBe("ENOTFOUND");
  expect(await lookedUp(name, false)).toBe("ENOTFOUND");
});

it("others are, in the form that is asked for", async () => {
  expect(await lookedUp("10.1", true)).toEqual([[{ address: "10.0.0.1", family: 4 }]]);
  expect(await lookedUp("10.1", false)).toEqual(["10.0.0.1", 4]);
  expect(await lookedUp("localhost", false)).toEqual([
    expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    expect.any(Number),
  ]);
});
