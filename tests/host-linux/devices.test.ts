/** The devices' functions, but for the directory's. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenSockets } from "../../host-linux/devices/sockets/open-sockets.ts";
import { DEVICES } from "../../toolchain/link/devices.ts";
import { deviceDestructor } from "../../toolchain/link/plan.ts";
import { deviceCaller } from "./device-caller.ts";

describe("console", () => {
  it("hands lines to the terminal on behalf of its process, and lines of the terminal back", async () => {
    const written: string[] = [];
    const input = [Buffer.from("grüße"), Buffer.alloc(0)];
    const call = await deviceCaller(
      { device: "atoll:device/console" },
      {
        process: "query",
        terminal: {
          writeLine: (process, line) => written.push(`${process}: ${Buffer.from(line).toString()}`),
          readLine: () => input.shift(),
        },
      },
    );
    call("write-line", "naïve 🐚");
    call("write-line", "");
    expect(written).toEqual(["query: naïve 🐚", "query: "]);
    expect(call("read-line")).toEqual({ case: "some", value: "grüße" });
    expect(call("read-line")).toEqual({ case: "some", value: "" });
    expect(call("read-line")).toEqual({ case: "none" });
  });
});

describe("clock", () => {
  it("goes forward, and knows the time of day", async () => {
    const call = await deviceCaller({ device: "atoll:device/clock" });
    const first = call("now") as bigint;
    expect(call("now")).toBeGreaterThanOrEqual(first);
    const before = Date.now();
    const milliseconds = Number((call("wall-time") as bigint) / 1_000_000n);
    expect(milliseconds).toBeGreaterThanOrEqual(before - 1);
    expect(milliseconds).toBeLessThanOrEqual(Date.now() + 1);
  });
});

const draw = async (seed: string, process: string) => {
  const call = await deviceCaller({ device: "atoll:device/entropy", seed }, { process });
  return [call("random-u64"), call("bytes", 100), call("random-u64")];
};

describe("entropy", () => {
  it("gives as many bytes as asked for, others each time", async () => {
    const call = await deviceCaller({ device: "atoll:device/entropy" });
    const bytes = call("bytes", 32) as Uint8Array;
    expect(bytes).toHaveLength(32);
    expect(call("bytes", 32)).not.toEqual(bytes);
    expect(call("bytes", 0)).toHaveLength(0);
    expect(call("random-u64")).not.toBe(call("random-u64"));
  });

  it("gives the same for the same seed, but each process its own", async () => {
    expect(await draw("1", "a")).toEqual(await draw("1", "a"));
    expect(await draw("1", "a")).not.toEqual(await draw("1", "b"));
    expect(await draw("1", "a")).not.toEqual(await draw("2", "a"));
  });

  it("refuses more than 1 MiB", async () => {
    const call = await deviceCaller({ device: "atoll:device/entropy" });
    expect(call("bytes", 1024 * 1024)).toHaveLength(1024 * 1024);
    expect(() => call("bytes", 1024 * 1024 + 1)).toThrow(/1048577 bytes asked for, 1048576 at most/);
  });
});

describe("configuration", () => {
  it("gives arguments and values, and nothing of JavaScript's objects", async () => {
    const call = await deviceCaller({
      device: "atoll:device/configuration",
      arguments: ["one", "", "drei 🐚"],
      values: { depth: "3", "": "empty" },
    });
    expect(call("get-arguments")).toEqual(["one", "", "drei 🐚"]);
    expect(call("get", "depth")).toEqual({ case: "some", value: "3" });
    expect(call("get", "")).toEqual({ case: "some", value: "empty" });
    expect(call("get", "constructor")).toEqual({ case: "none" });
    expect(call("get", "__proto__")).toEqual({ case: "none" });
  });
});

describe("a function that only passes numbers", () => {
  it("can stand in a slot by itself", async () => {
    const { createDevice } = await import("../../host-linux/devices/index.ts");
    const context = { process: { name: "app" }, checkStop: () => {} } as never;
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 3 });
    table.set(0, createDevice(context, { device: "atoll:device/clock" }, ".")["now"]);
    table.set(1, createDevice(context, { device: "atoll:device/clock" }, ".")["wall-time"]);
    table.set(2, createDevice(context, { device: "atoll:device/entropy" }, ".")["random-u64"]);
    expect(typeof table.get(2)()).toBe("bigint");
  });
});

describe("every device", () => {
  it("refuses offsets outside the transfer memory", async () => {
    const { Transfer } = await import("../../host-linux/devices/transfer.ts");
    const memory = new WebAssembly.Memory({ initial: 1 });
    const transfer = new Transfer({ memory, realloc: () => 0x10000 });
    expect(() => transfer.string(0xffff_fff0, 0x20)).toThrow(/transfer memory of 65536/);
    expect(() => transfer.bytes(65_536, 1)).toThrow(/transfer memory of 65536/);
    expect(() => transfer.bytes(-1, 1)).toThrow(/transfer memory of 65536/);
    expect(transfer.bytes(65_536, 0)).toHaveLength(0);
    expect(() => transfer.allocate(1, 1)).toThrow(/transfer memory of 65536/);
  });

  it("reads a text of the bytes that are there now, whatever was there before", async () => {
    const { Transfer } = await import("../../host-linux/devices/transfer.ts");
    const transfer = new Transfer({ memory: new WebAssembly.Memory({ initial: 1 }), realloc: () => 0 });
    const texts = fc.array(fc.uint8Array({ max: 3, maxLength: 5 }), { minLength: 20, maxLength: 100 });
    fc.assert(
      fc.property(texts, fc.nat(200), (all, others) => {
        for (const bytes of all) {
          const text = Buffer.from([...new Uint8Array(others), ...bytes]);
          transfer.bytes(7, text.length).set(text);
          expect(transfer.latin1(7, text.length)).toBe(text.toString("latin1"));
        }
      }),
    );
  });

  it("has the functions of its interface, and no others", async () => {
    const grants = [
      { device: "atoll:device/console" },
      { device: "atoll:device/clock" },
      { device: "atoll:device/entropy" },
      { device: "atoll:device/directory", path: "." },
      { device: "atoll:device/configuration", arguments: [], values: {} },
      { device: "atoll:device/sockets", listen: [], connect: [] },
    ] as const;
    const { createDevice } = await import("../../host-linux/devices/index.ts");
    for (const grant of grants) {
      const device = createDevice(
        { process: { name: "app" }, sockets: new OpenSockets() } as never,
        grant,
        ".",
      );
      const { functions, types } = DEVICES[grant.device];
      const destructors = types.filter(({ type }) => type.kind === "resource");
      const names = [
        ...functions.map(({ name }) => name),
        ...destructors.map(({ name }) => deviceDestructor(name)),
      ];
      expect(Object.keys(device).sort()).toEqual(names.sort());
    }
  });
});
