/** Grants of the network: what `system.ts` says, what the plan has, and what is said about mistakes. */
import { expect, it } from "vitest";
import { connect, listen, type SystemConfig } from "../../../index.ts";
import { grantsOf, validateSystem } from "../../../toolchain/link/config/validate.ts";
import { grantText } from "../../../toolchain/link/inspect/grant-text.ts";
import { LinkError } from "../../../toolchain/link/index.ts";
import { component, linked } from "./guests.ts";

type Grants = NonNullable<SystemConfig["processes"][string]["grants"]>;

function granted(grants: unknown): ReturnType<typeof grantsOf> {
  const system = { name: "s", processes: { a: { component: "./a.wasm", grants } } };
  const { processes } = validateSystem(system, "system.ts");
  return grantsOf({ component: "./a.wasm", grants: processes["a"]?.grants ?? [] });
}

it("are one grant in the plan, whatever their number", () => {
  const grants: Grants = [
    listen(8080),
    connect("db:5432"),
    listen({ port: 0, host: "::", udp: true }),
    connect("[fd00::7]:*"),
    connect("*:53", { udp: true }),
  ];
  const merged = granted(grants);
  expect(merged).toEqual([
    {
      device: "atoll:device/sockets",
      listen: [
        { host: "localhost", port: 8080 },
        { host: "::", port: 0, udp: true },
      ],
      connect: [
        { host: "db", port: 5432 },
        { host: "[fd00::7]", port: "*" },
        { host: "*", port: 53, udp: true },
      ],
    },
  ]);
  expect(merged.map(grantText)).toEqual([
    "sockets (listens at localhost:8080, listens at [::]:0 by UDP, connects to db:5432, connects to [fd00::7]:*, connects to *:53 by UDP)",
  ]);
});

const untyped = { listen, connect } as unknown as Record<
  "listen" | "connect",
  (...args: unknown[]) => unknown
>;

it.each([
  [
    "a port that is text",
    untyped.listen("x"),
    'listen.0.port: expected a port of 1 to 65535, or 0 for any that is free, found "x"',
  ],
  ["no port", untyped.listen(), "or 0 for any that is free, found none"],
  [
    "a port that is none",
    listen(70_000),
    "expected a port of 1 to 65535, or 0 for any that is free, found 70000",
  ],
  ["half a port", listen(80.5), "or 0 for any that is free, found 80.5"],
  [
    "a name of this machine",
    listen({ port: 80, host: "db" }),
    'expected an address of this machine, "localhost" or "*", found "db"',
  ],
  [
    "an unknown field",
    untyped.listen({ port: 80, hots: "*" }),
    "grants.0.listen.0: no such field: hots; allowed: port, host, udp",
  ],
  [
    "udp that is no",
    untyped.listen({ port: 80, udp: false }),
    "listen.0.udp: expected true, or no such field, found false",
  ],
  [
    "a name without a port",
    connect("db"),
    'connect.0.port: expected "host:port", such as "db:5432", with a port of 1 to 65535 or *, found none',
  ],
  ["a name with an empty port", connect("db:"), 'with a port of 1 to 65535 or *, found ""'],
  ["port 0", connect("db:0"), "with a port of 1 to 65535 or *, found 0"],
  ["port 70000", connect("db:70000"), "with a port of 1 to 65535 or *, found 70000"],
  ["a service", connect("db:http"), 'with a port of 1 to 65535 or *, found "http"'],
  [
    "a URL",
    connect("http://db:80"),
    'connect.0.host: expected "host:port", such as "db:5432", "10.0.0.7:5432", "[::1]:5432" or "*:5432", found "http://db"',
  ],
  ["IPv6 without brackets", connect("::1:80"), '"[::1]:5432" or "*:5432", found "::1"'],
  ["a part of a name", connect("*.example:80"), 'found "*.example"'],
  ["a network", connect("10.0.0.0/8:80"), 'found "10.0.0.0/8"'],
  ["a short address", connect("127.1:80"), 'found "127.1"'],
  ["nothing", untyped.connect(), "with a port of 1 to 65535 or *, found none"],
  ["a number", untyped.connect(80), "found 80"],
  [
    "an option that is not there",
    untyped.connect("db:80", { tcp: true }),
    "no such field: tcp; allowed: udp",
  ],
  [
    "the function itself",
    listen,
    'listen(port), connect("host:port"), introspection() or supervision(), found the function listen: call it',
  ],
])("is a mistake with %s", (_, grant, message) => {
  let text = "";
  try {
    granted([grant]);
  } catch (thrown) {
    if (!(thrown instanceof LinkError)) throw thrown;
    text = thrown.message;
  }
  expect(text).toContain('process "a", grants.0');
  expect(text).toContain(message);
});

it("need a kernel, which says who goes on when something arrives", async () => {
  const bytes = await component(
    `package t:p; world w { import atoll:device/sockets@0.1.0; export run: func(); }`,
    `(module (import "atoll:device/sockets@0.1.0" "create-tcp-socket" (func (param i32 i32)))
       (memory (export "memory") 1) (func (export "run")))`,
    "utf8",
  );
  const link = (): unknown => linked({ app: { bytes, grants: [listen(0)] } });
  expect(link).toThrow(
    /imports "atoll:device\/sockets@0\.1\.0", and the system has no kernel\nIn system\.ts, beside processes: supervisor: \{\}/,
  );
});
