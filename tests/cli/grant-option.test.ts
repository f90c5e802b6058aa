/** `--grant` of the network: several make one grant, and mistakes say what is expected. */
import { expect, it } from "vitest";
import { parseGrant } from "../../cli/grant-option.ts";
import type { Grant } from "../../toolchain/link/plan.ts";

function granted(...texts: string[]): Grant[] {
  return texts.reduce<Grant[]>((before, text) => parseGrant(text, before), []);
}

it("takes ports and targets, as many as there are", () => {
  const given = granted("listen=8080", "clock", "connect=db:5432", "listen=0.0.0.0:80", "listen=[::1]:0");
  expect(given).toEqual([
    { device: "atoll:device/clock" },
    {
      device: "atoll:device/sockets",
      listen: [
        { host: "localhost", port: 8080 },
        { host: "0.0.0.0", port: 80 },
        { host: "::1", port: 0 },
      ],
      connect: [{ host: "db", port: 5432 }],
    },
  ]);
  expect(granted("connect=[::1]:*", "clock", "clock")).toHaveLength(2);
});

it.each([
  ["listen=", "expected a port of 1 to 65535, or 0 for any that is free"],
  ["listen=http", "expected a port of 1 to 65535"],
  ["listen=70000", "expected a port of 1 to 65535"],
  ["listen=db:80", "expected an address of this machine"],
  ["connect=db", 'expected "host:port", such as "db:5432", with a port of 1 to 65535 or *'],
  ["connect=:80", 'expected "host:port", such as "db:5432", "10.0.0.7:5432"'],
])("says what is wrong with %s", (text, message) => {
  expect(() => granted(text)).toThrow(`--grant ${text}: ${message}`);
});

it("needs to be told where", () => {
  expect(() => granted("listen")).toThrow("listen=[HOST:]PORT or connect=HOST:PORT");
});
