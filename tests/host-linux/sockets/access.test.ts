/** What a grant of the network allows, and what it does not. */
import { isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Access, nameOf } from "../../../host-linux/devices/sockets/access.ts";
import {
  addressText,
  parseAddress,
  type SocketAddress,
} from "../../../host-linux/devices/sockets/address.ts";
import { OpenSockets } from "../../../host-linux/devices/sockets/open-sockets.ts";
import { SeededRun } from "../../../host-linux/seeded-run.ts";
import { SocketError } from "../../../host-linux/devices/sockets/error.ts";
import type { ConnectGrant, ListenGrant } from "../../../toolchain/link/plan.ts";
import { error, local, local6, network, ok, valueOf, type Address } from "./network.ts";

const access = (connect: readonly ConnectGrant[], listen: readonly ListenGrant[] = []): Access =>
  new Access({ device: "atoll:device/sockets", listen, connect });

function address(text: string, port = 80): SocketAddress {
  const parsed = parseAddress(text, port);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

const canonical = (text: string): string => new URL(`http://[${text}]`).hostname;

const at = (host: string, port = 8080): Access => access([], [{ port, host }]);

/** What is bound, or undefined where that is denied. */
const boundTo = (granted: Access, text: string, port = 8080): string | undefined => {
  try {
    return addressText(granted.bind(address(text, port), "tcp").address);
  } catch (thrown) {
    if (thrown instanceof SocketError) return undefined;
    throw thrown;
  }
};

const texts = (addresses: readonly SocketAddress[]): string[] => addresses.map((it) => addressText(it));

describe("without a grant", () => {
  it("everything is denied", async () => {
    const { call } = await network();
    const tcp = valueOf<number>(call("create-tcp-socket", "ipv4"));
    const udp = valueOf<number>(call("create-udp-socket", "ipv6"));
    expect(call("[method]tcp-socket.bind", tcp, local(0, 0n))).toEqual(error("access-denied"));
    expect(call("[method]tcp-socket.connect", tcp, local(80))).toEqual(error("access-denied"));
    expect(call("[method]udp-socket.bind", udp, local6(0, 0n))).toEqual(error("access-denied"));
    expect(call("lookup", "localhost")).toEqual(error("access-denied"));
  });

  it("an address is still an address", async () => {
    const { call } = await network();
    const lookup = valueOf<number>(call("lookup", "::1"));
    expect(call("[method]name-lookup.addresses", lookup)).toEqual(ok({ case: "some", value: [local6(0)] }));
    const mapped = valueOf<number>(call("lookup", "::ffff:127.0.0.1"));
    expect(call("[method]name-lookup.addresses", mapped)).toEqual(error("name-unresolvable"));
  });
});

it("a run with a seed is refused where the network could be reached", async () => {
  const { createDevice } = await import("../../../host-linux/devices/index.ts");
  const context = {
    process: { name: "web" },
    seeded: new SeededRun(7, () => false),
    sockets: new OpenSockets(),
  };
  const make = (connect: readonly ConnectGrant[]): unknown =>
    createDevice(context as never, { device: "atoll:device/sockets", listen: [], connect }, ".");
  expect(() => make([{ host: "db", port: 80 }])).toThrow(
    "Process web is granted the network, and a run with a seed cannot be had again with it. Run the system without --seed.",
  );
  expect(make([])).toBeDefined();
});

describe("a grant to connect", () => {
  it("is of an address and a port", () => {
    const { mayConnect } = bound(
      access([
        { host: "10.0.0.7", port: 5432 },
        { host: "[fd00::1]", port: "*" },
      ]),
    );
    expect(mayConnect(address("10.0.0.7", 5432), "tcp")).toBe(true);
    expect(mayConnect(address("10.0.0.7", 5433), "tcp")).toBe(false);
    expect(mayConnect(address("10.0.0.8", 5432), "tcp")).toBe(false);
    expect(mayConnect(address("10.0.0.7", 5432), "udp")).toBe(false);
    expect(mayConnect(address("fd00:0::0:1", 1), "tcp")).toBe(true);
    expect(mayConnect(address("fd00::2", 1), "tcp")).toBe(false);
    expect(mayConnect(address("::ffff:10.0.0.7", 5432), "tcp")).toBe(false);
  });

  it("of a name covers what a lookup of this process returned for it, and only that", () => {
    const db = access([
      { host: "DB.", port: 5432 },
      { host: "other", port: 80 },
    ]);
    expect(db.mayConnect(address("10.0.0.7", 5432), "tcp")).toBe(false);
    db.learn("db", [address("10.0.0.7"), address("fd00::7")]);
    expect(db.mayConnect(address("10.0.0.7", 5432), "tcp")).toBe(true);
    expect(db.mayConnect(address("fd00::7", 5432), "tcp")).toBe(true);
    expect(db.mayConnect(address("10.0.0.7", 80), "tcp")).toBe(false);
    // The next answer may be another one of several servers: what was found stays.
    db.learn("db", [address("10.0.0.8")]);
    expect(db.mayConnect(address("10.0.0.7", 5432), "tcp")).toBe(true);
    expect(access([{ host: "db", port: 5432 }]).mayConnect(address("10.0.0.7", 5432), "tcp")).toBe(false);
  });

  it("of a name does not lead to where nobody outside can send", () => {
    const answers = [
      "127.0.0.1",
      "::1",
      "0.0.0.0",
      "169.254.169.254",
      "fe80::1",
      "::ffff:127.0.0.1",
      "224.0.0.1",
    ];
    const all = [...answers, "93.184.215.14", "10.1.2.3"].map((text) => address(text));
    const learnt = (name: string): string[] => texts(access([{ host: name, port: 80 }]).learn(name, all));
    expect(learnt("evil.example")).toEqual(["93.184.215.14", "10.1.2.3"]);
    expect(learnt("db")).toEqual(["127.0.0.1", "0:0:0:0:0:0:0:1", "93.184.215.14", "10.1.2.3"]);
    expect(learnt("a.localhost")).toContain("127.0.0.1");
  });

  it("remembers a bounded number of addresses", () => {
    const many = access([{ host: "many", port: 80 }]);
    for (let i = 0; i < 1000; i++) many.learn("many", [address(`10.0.${i >> 8}.${i & 255}`)]);
    expect(many.mayConnect(address("10.0.0.0"), "tcp")).toBe(false);
    expect(many.mayConnect(address("10.0.3.231"), "tcp")).toBe(true);
  });

  it("of localhost needs no lookup", () => {
    const { mayConnect } = bound(access([{ host: "localhost", port: 80 }]));
    expect(mayConnect(address("127.0.0.1"), "tcp")).toBe(true);
    expect(mayConnect(address("::1"), "tcp")).toBe(true);
    expect(mayConnect(address("127.0.0.2"), "tcp")).toBe(false);
  });

  it("of a name allows to look up that name", async () => {
    const { call, until } = await network({ connect: [{ host: "LocalHost", port: 80 }] });
    for (const name of ["localhost", "LOCALHOST", "localhost."]) {
      const lookup = valueOf<number>(call("lookup", name));
      const look = (): unknown => call("[method]name-lookup.addresses", lookup);
      const found = await until(
        look,
        (result) => (result as { value: { case: string } }).value.case !== "none",
      );
      expect(
        JSON.stringify(valueOf(found), (_, v: unknown) => (typeof v === "bigint" ? String(v) : v)),
      ).toContain(String(0x7f00_0001));
      call("drop name-lookup", lookup);
    }
    expect(call("lookup", "example.com")).toEqual(error("access-denied"));
  });

  it("of everything takes names, and says what is none", async () => {
    const { call, until } = await network({ connect: [{ host: "*", port: "*" }] });
    for (const name of [
      "",
      ".",
      "a..b",
      "-a",
      "a b",
      "a\0b",
      "127.1",
      "0x7f.1",
      "2130706433",
      "x".repeat(64),
      "[::1]",
    ])
      expect([name, call("lookup", name)]).toEqual([name, error("invalid-argument")]);
    const lookup = valueOf<number>(call("lookup", "nobody.invalid"));
    const look = (): unknown => call("[method]name-lookup.addresses", lookup);
    const answer = await until(look, (result) => (result as { case: string }).case === "error");
    expect(["name-unresolvable", "temporary-resolver-failure"]).toContain(
      (answer as { value: string }).value,
    );
  });

  it("lets so many lookups be open", async () => {
    const { call } = await network();
    const all = Array.from({ length: 65 }, () => call("lookup", "10.0.0.1"));
    expect(all[63]).toMatchObject({ case: "ok" });
    expect(all[64]).toEqual(error("new-socket-limit"));
    call("drop name-lookup", valueOf<number>(all[0]));
    expect(call("lookup", "10.0.0.1")).toMatchObject({ case: "ok" });
  });
});

describe("a grant to listen", () => {
  it("is of a port, and of this machine only unless it says more", () => {
    expect(boundTo(at("localhost"), "127.0.0.1")).toBe("127.0.0.1");
    expect(boundTo(at("localhost"), "::1")).toBe("0:0:0:0:0:0:0:1");
    expect(boundTo(at("localhost"), "192.168.1.5")).toBeUndefined();
    expect(boundTo(at("localhost"), "127.0.0.1", 8081)).toBeUndefined();
    expect(boundTo(at("localhost"), "127.0.0.1", 0)).toBeUndefined();
    expect(boundTo(at("localhost", 0), "127.0.0.1", 0)).toBe("127.0.0.1");
  });

  it("narrows a wish for all addresses to those that it has", () => {
    expect(boundTo(at("localhost"), "0.0.0.0")).toBe("127.0.0.1");
    expect(boundTo(at("localhost"), "::")).toBe("0:0:0:0:0:0:0:1");
    expect(boundTo(at("192.168.1.5"), "0.0.0.0")).toBe("192.168.1.5");
    expect(boundTo(at("192.168.1.5"), "::")).toBeUndefined();
    for (const host of ["*", "0.0.0.0"]) {
      expect(boundTo(at(host), "0.0.0.0")).toBe("0.0.0.0");
      expect(boundTo(at(host), "192.168.1.5")).toBe("192.168.1.5");
    }
    expect(boundTo(at("::"), "192.168.1.5")).toBeUndefined();
  });

  it("is not one of UDP, and lets nobody listen who may only connect", async () => {
    expect(() => at("*").bind(address("0.0.0.0", 8080), "udp")).toThrow(SocketError);
    const { call } = await network({ connect: [{ host: "*", port: "*" }] });
    const socket = valueOf<number>(call("create-tcp-socket", "ipv4"));
    expect(call("[method]tcp-socket.bind", socket, local(0, 0n))).toEqual(ok());
    expect(call("[method]tcp-socket.listen", socket)).toEqual(error("access-denied"));
  });
});

describe("addresses", () => {
  it("survive being parsed and written", () => {
    fc.assert(fc.property(fc.ipV4(), (text) => isIPv4(text) && addressText(address(text)) === text));
    fc.assert(
      fc.property(
        fc.ipV6().filter((text) => isIPv6(text)),
        (text) => canonical(addressText(address(text))) === canonical(text),
      ),
    );
  });

  it("have a scope only by number", () => {
    expect(address("fe80::1%3").scope).toBe(3);
    expect(addressText(address("fe80::1%3"), 3)).toBe("fe80:0:0:0:0:0:0:1%3");
    expect(address("fe80::1%eth0").scope).toBe(0);
    expect(parseAddress("localhost")).toBeUndefined();
  });
});

it("writes names in one way", () => {
  expect(nameOf("DB.Example.")).toBe("db.example");
  expect(nameOf("bücher.example")).toBe("xn--bcher-kva.example");
  expect(nameOf("_sql._tcp.db")).toBe("_sql._tcp.db");
  expect(nameOf("10.0.0.1")).toBeUndefined();
});

/** Methods that can be taken off it. */
function bound(of: Access): {
  mayConnect: (remote: Address | SocketAddress, protocol: "tcp" | "udp") => boolean;
} {
  return { mayConnect: (remote, protocol) => of.mayConnect(remote as SocketAddress, protocol) };
}
