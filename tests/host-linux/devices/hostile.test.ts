/** A guest that calls any function of a device, in any order, with any arguments: it gets a value, an error or a trap. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpListeners } from "../../../host-linux/devices/http/listeners.ts";
import { WOKEN, type KernelDoor } from "../../../host-linux/devices/kernel-door.ts";
import { isGuestFault } from "../../../host-linux/guard/fault.ts";
import type { ComponentValue, ValueType } from "../../../toolchain/abi/index.ts";
import { httpClient, httpServer } from "../../../toolchain/link/config/grants.ts";
import { DEVICES } from "../../../toolchain/link/devices.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { tries } from "../../thorough.ts";
import { deviceCaller, type Call } from "../device-caller.ts";
import { RawClient } from "./http/raw.ts";

const base = mkdtempSync(join(tmpdir(), "atoll-hostile-"));
mkdirSync(join(base, "d"));
writeFileSync(join(base, "f"), "text");
symlinkSync("/etc/passwd", join(base, "out"));
symlinkSync("loop", join(base, "loop"));
afterAll(() => rmSync(base, { recursive: true }));

const PATHS = ["", ".", "..", "a", "d/x", "f", "f/", "./d/../f", "out", "loop/x", "/etc", "x\0y", "../../f"];
const HOSTS = ["é", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]:1", "a@localhost", "a.b:99999"];
const PARTS_OF_HTTP = [
  "GET",
  "CONNECT",
  "G T",
  "/",
  "//x",
  "*",
  "http://x/",
  "5",
  "a\r\nb: c",
  "100-continue",
];
const FIELDS = [
  "host",
  "content-length",
  "transfer-encoding",
  "__proto__",
  "constructor",
  "trailer",
  "expect",
];
const TEXTS = [...PATHS, ...HOSTS, ...PARTS_OF_HTTP, ...FIELDS, "n".repeat(300), "p/".repeat(3000)];
const BYTES = [...[0, 200, 70_000].map((length) => new Uint8Array(length)), Uint8Array.of(0x35)];
const NUMBERS = [
  ...[0, 1, 2, 3, 200, 404, 0xffff, 0x7f00_0001, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 2 ** 63].map(BigInt),
  2n ** 64n - 1n,
];

/** The one that is open of a resource, by a number of somebody's choice. */
class Handle {
  readonly resource: string;
  readonly which: number;
  constructor(resource: string, which: number) {
    this.resource = resource;
    this.which = which;
  }
}

function hostile(type: ValueType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "u8":
    case "u16":
    case "u32":
      return fc.constantFrom(...NUMBERS.map((n) => Number(BigInt.asUintN(Number(type.kind.slice(1)), n))));
    case "u64":
      return fc.constantFrom(...NUMBERS);
    case "string":
      return fc.constantFrom(...TEXTS);
    case "list":
      if (type.element.kind === "u8") return fc.constantFrom(...BYTES);
      return fc.array(hostile(type.element), { maxLength: 5 });
    case "record":
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.label, hostile(field.type)])));
    case "tuple":
      return fc.tuple(...type.types.map(hostile));
    case "option":
      return fc.oneof(fc.constant({ case: "none" }), caseOf("some", type.type));
    case "variant":
      return fc.oneof(...type.cases.map((one) => caseOf(one.label, one.type)));
    case "enum":
      return fc.constantFrom(...type.labels);
    case "flags":
      return fc.record(Object.fromEntries(type.labels.map((label) => [label, fc.boolean()])));
    case "own":
    case "borrow":
      return fc.nat(30).map((which) => new Handle(type.resource.name?.name ?? "", which));
    default:
      throw new TypeError(`no device takes a ${type.kind}`);
  }
}

function caseOf(label: string, type: ValueType | undefined): fc.Arbitrary<object> {
  return type === undefined
    ? fc.constant({ case: label })
    : hostile(type).map((value) => ({ case: label, value }));
}

type Step = readonly [name: string, ...args: unknown[]];
const TURN = "a turn of the loop";
const DROP = "drop";

function steps(device: Grant["device"]): fc.Arbitrary<Step[]> {
  const functions = DEVICES[device].functions.map(({ name, type }) =>
    fc.tuple(fc.constant(name), ...type.params.map((param) => hostile(param.type))),
  );
  const dropped = fc.nat(30).map((which): Step => [DROP, which]);
  const step = fc.oneof(
    { weight: 9, arbitrary: fc.oneof(...functions) },
    { weight: 1, arbitrary: dropped },
    { weight: 1, arbitrary: fc.constant<Step>([TURN]) },
  );
  return fc.array(step, { maxLength: 40, size: "max" });
}

function field(bytes: number): unknown {
  return ["x-a", new Uint8Array(bytes).fill(0x61)];
}

/** A guest, in one life. */
class Guest {
  readonly #call: Call;
  readonly #device: Grant["device"];
  readonly #open: { readonly resource: string; readonly rep: number }[] = [];

  constructor(call: Call, device: Grant["device"]) {
    this.#call = call;
    this.#device = device;
  }

  async does([name, ...args]: Step): Promise<void> {
    if (name === TURN) return new Promise((resolve) => setTimeout(resolve, 1));
    if (name === DROP) return this.#drop(Number(args[0]));
    const given = args.map((argument) => (argument instanceof Handle ? this.#rep(argument) : argument));
    if (given.includes(undefined)) return undefined;
    try {
      this.#keep(typeOf(this.#device, name), this.#call(name, ...given));
    } catch (error) {
      if (!isGuestFault(error)) throw error;
    }
    return undefined;
  }

  dies(): void {
    while (this.#open.length > 0) this.#drop(0);
  }

  #rep({ resource, which }: Handle): number | undefined {
    const fitting = this.#open.filter((one) => one.resource === resource);
    return fitting[which % fitting.length]?.rep;
  }

  #drop(which: number): void {
    const [dropped] = this.#open.splice(which % this.#open.length, 1);
    if (dropped !== undefined) this.#call(`drop ${dropped.resource}`, dropped.rep);
  }

  /** The handles in a result. */
  #keep(type: ValueType | undefined, value: ComponentValue | undefined): void {
    if (value === undefined || type === undefined) return;
    const { case: label, value: payload } = value as { case?: string; value?: ComponentValue };
    if (type.kind === "own")
      this.#open.push({ resource: type.resource.name?.name ?? "", rep: value as number });
    else if (type.kind === "result" && label === "ok") this.#keep(type.ok, payload);
    else if (type.kind === "option" && label === "some") this.#keep(type.type, payload);
    else if (type.kind === "tuple")
      type.types.forEach((part, i) => this.#keep(part, (value as ComponentValue[])[i]));
    else if (type.kind === "list" && Array.isArray(value))
      for (const one of value) this.#keep(type.element, one);
  }
}

function typeOf(device: Grant["device"], name: string): ValueType | undefined {
  return DEVICES[device].functions.find((one) => one.name === name)?.type.result;
}

/** Sockets, and what is open below the folder. */
function descriptors(): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith("socket:") || link.startsWith(base)).length;
}

const listener = httpServer({ port: 0 });
let http: HttpListeners;
beforeAll(async () => {
  http = await HttpListeners.open({ root: { processes: [{ grants: [listener] }] } } as unknown as LinkPlan);
});
afterAll(() => http.close());

/** Sends two requests, the second one never whole. */
async function visitor(): Promise<RawClient> {
  const port = Number(/\d+$/.exec(http.of(listener).address)?.[0]);
  const client = new RawClient(port).send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  client.send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
  await once(client.socket, "connect");
  await new Promise((resolve) => setTimeout(resolve, 1));
  return client;
}

const localhost = { host: "localhost", port: "*" } as const;
const GRANTS: readonly Grant[] = [
  {
    device: "atoll:device/files",
    directories: ["r", ""].map((as) => ({ path: base, as, write: as === "" })),
  },
  {
    device: "atoll:device/sockets",
    listen: [
      { port: 0, host: "localhost" },
      { port: 0, host: "localhost", udp: true },
    ],
    connect: [localhost, { ...localhost, udp: true }],
  },
  { device: "atoll:device/stdio" },
  { device: "atoll:device/configuration", arguments: ["a"], values: { k: "v" }, environment: { E: "1" } },
  httpClient({ to: ["127.0.0.1:1", "localhost", "[::1]:1"] }),
  listener,
  { device: "atoll:kernel/wakeup" },
];

describe("whatever is asked of it, and when", () => {
  it.each(GRANTS.map((grant) => [grant.device, grant] as const))(
    "%s answers, and keeps nothing",
    async (_, grant) => {
      const before = descriptors();
      const life = async (asked: readonly Step[]): Promise<void> => {
        const ends: (() => void)[] = [];
        const door: Partial<KernelDoor> = {
          pid: () => 1,
          waker: () => () => {},
          onEnd: (tell) => ends.push(tell),
          ends: () => {},
          waitForWake: () => WOKEN,
        };
        const streams = { write: () => 0, read: () => new Uint8Array(3), isTerminal: () => false };
        const setting = { base, http, streams, kernel: door as KernelDoor };
        const client = grant === listener ? await visitor() : undefined;
        const guest = new Guest(await deviceCaller(grant, setting), grant.device);
        for (const step of asked) await guest.does(step);
        guest.dies();
        for (const tell of ends) tell();
        client?.drop();
      };
      await fc.assert(fc.asyncProperty(steps(grant.device), life), { numRuns: tries(200), seed: 3 });
      while (descriptors() > before) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(descriptors()).toBeLessThanOrEqual(before);
    },
  );

  it("a text beyond any measure ends who passes it", async () => {
    const call = await deviceCaller({ device: "atoll:device/configuration", arguments: [], values: {} });
    expect(call("get", "k".repeat(2 ** 24))).toEqual({ case: "none" });
    const attempt = (): unknown => call("get", "k".repeat(2 ** 24 + 1));
    expect(attempt).toThrow("a text of 16777217 bytes was passed, expected 16777216 at most");
  });

  it("more headers than anybody takes are no request", async () => {
    const begin = beginner(await client());
    expect(begin(Array.from({ length: 4096 }, () => field(1)))).toMatchObject({ case: "ok" });
    expect(begin(Array.from({ length: 4097 }, () => field(1)))).toEqual({ case: "error", value: "invalid" });
    expect(begin([field(2 ** 20)])).toEqual({ case: "error", value: "invalid" });
  });

  it("processes that are made alike have 4096 requests together", async () => {
    let pid = 1;
    const ends: (() => void)[] = [];
    const call = await client({ pid: () => pid, onEnd: (tell) => ends.push(tell) });
    const begin = beginner(call);
    for (; pid <= 64; pid++) {
      const begun = Array.from({ length: 65 }, () => begin([]) as { case: string });
      expect(begun.map((one) => one.case)).toEqual([...Array.from({ length: 64 }, () => "ok"), "error"]);
    }
    expect(begin([])).toEqual({ case: "error", value: "too-many" });
    ends[0]?.();
    expect(begin([])).toMatchObject({ case: "ok" });
  });
});

function client(door: Partial<KernelDoor> = {}): Promise<Call> {
  const kernel = { pid: () => 1, waker: () => () => {}, onEnd: () => {}, ...door } as unknown as KernelDoor;
  return deviceCaller(httpClient({ to: ["localhost"] }), { kernel });
}

/** What begins a request with the headers. */
function beginner(call: Call): (headers: readonly unknown[]) => unknown {
  const none = { case: "none" };
  const rest = { "connect-time": none, "first-byte-time": none, "between-bytes-time": none };
  return (headers) =>
    call("begin", { method: "GET", secure: false, authority: "localhost", path: "/", headers, ...rest });
}
