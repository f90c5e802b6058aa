/** Names of servers that lead to where nobody outside can own an address. */
import { expect, it } from "vitest";
import { trustedLookup } from "../../../../host-linux/devices/http/lookup.ts";
import { LookupTurns } from "../../../../host-linux/devices/sockets/lookup-turns.ts";

function lookedUp(name: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    trustedLookup(new LookupTurns())(name, { all }, (error, ...found) => resolve(error?.code ?? found));
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

it("a process has one name looked up at a time, and so many wait", async () => {
  const turns = new LookupTurns();
  const lookup = trustedLookup(turns);
  const first = Promise.withResolvers<() => void>();
  turns.take(first.resolve);
  const order: string[] = [];
  const asked = Array.from({ length: 257 }, (_, i) => {
    return new Promise<void>((resolve) => {
      lookup("10.1", {}, (error) => {
        order.push(`${i} ${error?.code ?? "found"}`);
        resolve();
      });
    });
  });
  await asked[256];
  expect(order).toEqual(["256 ENOTFOUND"]);
  (await first.promise)();
  await Promise.all(asked);
  expect(order.slice(1)).toEqual(Array.from({ length: 256 }, (_, i) => `${i} found`));
});
