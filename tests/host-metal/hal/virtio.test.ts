/** Drivers of virtio by both transports: registers in memory (microvm) and PCI (q35). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { boot, MACHINES, missing, RINGS, type Boot, type Booted } from "./boot.ts";
import { frames } from "./frames.ts";

const reason = missing();
if (reason !== undefined) console.warn(`skipped: drivers on the bare machine: ${reason}`);

/** The numbers of hal.h, and of a virtio block device's answer. */
const STATUS = { ok: 0, invalid: 3, broken: 5 };
const ANSWER = { ok: 0, failed: 1, unsupported: 2, none: 9 };
/** The numbers of virtio's kinds of device. */
const TYPE = { network: 1, block: 2, console: 3, entropy: 4 };
/** The network device's, as a number: 02:00:00:00:00:07 in boot.ts. */
const ADDRESS = 0x020000000007;
const SECTOR = 512;
const SECTORS = 256;

/** As `sum_of` of program/block.c. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, i) => sum + byte * ((i % 251) + 1), 0);
}

/** Devices whose other end is nobody. */
const CONSOLE = {
  microvm: [
    "-device",
    "virtio-serial-device",
    "-chardev",
    "null,id=nobody",
    "-device",
    "virtconsole,chardev=nobody",
  ],
  q35: [
    "-device",
    "virtio-serial-pci",
    "-chardev",
    "null,id=nobody",
    "-device",
    "virtconsole,chardev=nobody",
  ],
};
const NETWORK = {
  microvm: ["-netdev", "user,id=nobody", "-device", "virtio-net-device,netdev=nobody"],
  q35: ["-netdev", "user,id=nobody", "-device", "virtio-net-pci,netdev=nobody"],
};

const folder = mkdtempSync(join(tmpdir(), "atoll-virtio-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A frame with addresses, and bytes that tell its length. */
function frame(length: number): Buffer {
  const bytes = Buffer.alloc(length, length % 251);
  bytes.write("to the from me", "latin1");
  return bytes;
}

/** What the test program makes of a frame: its addresses have changed places. */
function turned(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(6, 12), bytes.subarray(0, 6), bytes.subarray(12)]);
}

let disks = 0;
function makeDisk(): { file: string; bytes: Uint8Array } {
  const bytes = Uint8Array.from({ length: SECTORS * SECTOR }, (_, i) => i * 13 + (i >> 9));
  bytes.set(Buffer.from("disk of a test.\n"));
  const file = join(folder, `${disks++}.img`);
  writeFileSync(file, bytes);
  return { file, bytes };
}

const PLACES = MACHINES.flatMap((machine) => RINGS.map((ring) => ({ machine, ring })));

describe.skipIf(reason !== undefined).each(PLACES)(
  "a driver on $machine, called from ring $ring",
  (place) => {
    const run = (test: string, how: Partial<Boot> = {}): Promise<Booted> =>
      boot({ ...place, words: `test=${test}`, ...how });

    it("reads what is on the disk", async () => {
      const { file, bytes } = makeDisk();
      expect(await run("block-read", { disks: [{ file }] })).toEqual({
        lines: [
          "devices 1",
          `device 0: status 0, sectors ${SECTORS}, read-only 0`,
          "disk of a test.",
          "first: 0",
          `many: 0, sum ${sumOf(bytes.subarray(3 * SECTOR, 203 * SECTOR))}`,
          "none: 0",
        ],
        status: 0,
      });
    });

    it("writes where it was told, and nowhere else", async () => {
      const { file, bytes } = makeDisk();
      const written = Uint8Array.from({ length: 201 * SECTOR }, (_, i) => i * 7 + (i >> 9));
      const { lines } = await run("block-write", { disks: [{ file }] });
      expect(lines).toEqual([
        `written 0, sum ${sumOf(written)}`,
        "flushed 0",
        `read 0, sum ${sumOf(written)}`,
      ]);
      bytes.set(written, 2 * SECTOR);
      expect(Buffer.compare(readFileSync(file), bytes)).toBe(0);
    });

    it("refuses what the disk does not have", async () => {
      const [one, two] = [makeDisk(), makeDisk()];
      const { lines } = await run("block-mistakes", { disks: [one, { ...two, readOnly: true }] });
      expect(lines).toEqual([
        `no device ${STATUS.invalid} ${STATUS.invalid}`,
        `half a sector ${STATUS.invalid}`,
        `beyond the end ${STATUS.invalid} ${STATUS.invalid}`,
        `device 1: status 0, sectors ${SECTORS}, read-only 1`,
        `read only: read 0, write ${STATUS.invalid}`,
      ]);
      expect(Buffer.compare(readFileSync(one.file), one.bytes)).toBe(0);
    });

    it("has entropy by the device where the processor has none", async () => {
      expect((await run("entropy", { cpu: "qemu64", entropy: true })).lines).toEqual(["19 bytes, same 0"]);
    });

    it("writes to virtio's console, and reads from it", async () => {
      const console = true;
      const { lines, status } = await run("echo", { console, input: "what is typed\n" });
      expect(lines).toEqual(["ready", "what is typed"]);
      expect(status).toBe(0);
    });

    it("sends frames and receives them", async () => {
      const peer = await frames();
      const running = run("network", { network: peer.port });
      expect((await peer.next()).toString()).toBe("ready for frames");
      for (const length of [1514, 60, 1515, 13, 14]) peer.send(frame(length));
      const answers = [await peer.next(), await peer.next(), await peer.next()];
      const { lines, status } = await running;
      peer.close();
      expect(answers.map((answer) => answer.length)).toEqual([1514, 60, 14]);
      for (const answer of answers) expect(Buffer.compare(answer, turned(frame(answer.length)))).toBe(0);
      expect(lines).toEqual([
        `devices 1, address ${ADDRESS}`,
        `refused ${STATUS.invalid} ${STATUS.invalid} ${STATUS.invalid} ${STATUS.invalid}`,
        ...[1514, 60, 14].map((length) => `frame of ${length}: 0`),
      ]);
      expect(status).toBe(0);
    });
  },
);

/** The descriptors are the layer's own, which a program beside it can reach. */
describe.skipIf(reason !== undefined).each(MACHINES)("corrupt descriptors on %s", (machine) => {
  const run = (test: string, how: Partial<Boot> = {}): Promise<Booted> =>
    boot({ machine, words: `test=${test}`, ...how });

  it("notices when a device has given up, and it works after a reset", async () => {
    const { file, bytes } = makeDisk();
    const untouched = "-".charCodeAt(0);
    const first = bytes[0]!;
    const { lines } = await run(`block-corrupt type=${TYPE.block}`, { disks: [{ file }] });
    expect(lines).toEqual([
      `good: ${STATUS.ok}, result ${ANSWER.ok}, byte ${first}`,
      `empty piece: ${STATUS.broken}, result ${ANSWER.none}, byte ${untouched}`,
      `short request: ${STATUS.broken}, result ${ANSWER.none}, byte ${untouched}`,
      `half a sector: ${STATUS.ok}, result ${ANSWER.failed}, byte ${untouched}`,
      `beyond the end: ${STATUS.ok}, result ${ANSWER.failed}, byte ${untouched}`,
      `no such request: ${STATUS.ok}, result ${ANSWER.unsupported}, byte ${untouched}`,
      "circle: taken 0",
      "out of the table: taken 0",
      "no chain: taken 0",
      "too many: taken 0",
      `good again: ${STATUS.ok}, result ${ANSWER.ok}, byte ${first}`,
    ]);
  });

  it.each([
    ["entropy", { entropy: true, words: `type=${TYPE.entropy} queue=0` }],
    ["console", { more: CONSOLE[machine], words: `type=${TYPE.console} queue=1` }],
    ["network", { more: NETWORK[machine], words: `type=${TYPE.network} queue=1` }],
  ])("notices when a device has given up: %s", async (_, { words, ...how }) => {
    const { lines } = await run(`stream-corrupt ${words}`, how);
    expect(lines).toEqual([
      "good: 0",
      `empty piece: ${STATUS.broken}`,
      "circle: taken 0",
      "out of the table: taken 0",
      "no chain: taken 0",
      "good again: 0",
    ]);
  });
});

describe.skipIf(reason !== undefined)("devices that are not as they should be", () => {
  it("are told where they speak an older version only", async () => {
    const { file } = makeDisk();
    const more = ["-global", "virtio-mmio.force-legacy=true"];
    const { lines, status } = await boot({
      machine: "microvm",
      words: "test=hello",
      disks: [{ file }],
      more,
    });
    expect(lines[0]).toBe(
      "hal: a block device is not used: it is not as virtio 1 asks (QEMU: -global virtio-mmio.force-legacy=false)",
    );
    expect({ last: lines.at(-1), status }).toEqual({ last: "hello", status: 0 });
  });

  it.each(["512@0x1000", "512@0xffffffffff0000:5", "x"])(
    "are told where a word is none: %s",
    async (word) => {
      const { lines, status } = await boot({
        machine: "q35",
        words: `test=hello virtio_mmio.device=${word}`,
      });
      expect(lines).toEqual([`hal: ${word}: no virtio_mmio.device=<size>@<address>:<line>`, "hello"]);
      expect(status).toBe(0);
    },
  );

  it("are passed over where nothing is", async () => {
    const words = "test=hello virtio_mmio.device=512@0xfe000000:200";
    expect(await boot({ machine: "q35", words })).toEqual({ lines: ["hello"], status: 0 });
  });
});
