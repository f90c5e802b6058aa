/** The file system of a disk, read as Microsoft's "FAT: General Overview of On-Disk Format" says, 1.03. */
import { assert, constantFrom, nat, oneof, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { fatVolume } from "../../../host-metal/image/disk/fat.ts";

const PATH = ["EFI", "BOOT", "BOOTX64.EFI"];
const FOLDER = 0x10;

interface Found {
  readonly bytes: Buffer;
  /** The first sector of the file. */
  readonly sector: number;
}

/** Finds the file by its path, from the boot sector on. */
function read(volume: Buffer, path: readonly string[]): Found {
  const sectorSize = volume.readUInt16LE(11);
  const clusterSectors = volume.readUInt8(13);
  const fatSectors = volume.readUInt16LE(22);
  const reserved = volume.readUInt16LE(14);
  const rootSectors = (volume.readUInt16LE(17) * 32) / sectorSize;
  const sectors = volume.readUInt16LE(19) || volume.readUInt32LE(32);
  const data = reserved + volume.readUInt8(16) * fatSectors + rootSectors;
  const clusters = Math.floor((sectors - data) / clusterSectors);
  // What decides that it is a FAT16 is the number of clusters alone.
  expect([clusters >= 4085, clusters < 65_525, sectors * sectorSize]).toEqual([true, true, volume.length]);
  expect(fatSectors * sectorSize).toBeGreaterThanOrEqual((clusters + 2) * 2);
  const fats = [0, 1].map((i) => {
    const start = (reserved + i * fatSectors) * sectorSize;
    return volume.subarray(start, start + fatSectors * sectorSize);
  });
  expect(fats[0]?.equals(fats[1] ?? Buffer.alloc(0))).toBe(true);

  const sectorOf = (cluster: number): number => data + (cluster - 2) * clusterSectors;
  const chain = (first: number): Buffer => {
    const parts: Buffer[] = [];
    for (let cluster = first; cluster < 0xfff8; cluster = fats[0]?.readUInt16LE(cluster * 2) ?? 0xffff) {
      expect([cluster >= 2, cluster < clusters + 2]).toEqual([true, true]);
      const start = sectorOf(cluster) * sectorSize;
      parts.push(volume.subarray(start, start + clusterSectors * sectorSize));
    }
    return Buffer.concat(parts);
  };
  const root = (data - rootSectors) * sectorSize;
  let folder = volume.subarray(root, data * sectorSize);
  for (const name of path.slice(0, -1)) {
    const entry = entryOf(folder, name);
    expect(entry.kind).toBe(FOLDER);
    folder = chain(entry.cluster);
  }
  const file = entryOf(folder, path.at(-1) ?? "");
  const whole = chain(file.cluster);
  expect(whole.length - file.size).toBeLessThan(clusterSectors * sectorSize + (file.size === 0 ? 1 : 0));
  return { bytes: whole.subarray(0, file.size), sector: sectorOf(file.cluster) };
}

function entryOf(folder: Buffer, name: string): { kind: number; cluster: number; size: number } {
  const [stem = "", extension = ""] = name.split(".");
  for (let at = 0; at < folder.length && folder[at] !== 0; at += 32) {
    if (folder.toString("latin1", at, at + 11) !== stem.padEnd(8) + extension.padEnd(3)) continue;
    return {
      kind: folder.readUInt8(at + 11),
      cluster: folder.readUInt16LE(at + 26),
      size: folder.readUInt32LE(at + 28),
    };
  }
  throw new Error(`no ${name}`);
}

function check(bytes: Uint8Array, hidden: number, id: number): void {
  const { bytes: volume, fileSector } = fatVolume({ path: PATH, bytes }, hidden, id);
  const found = read(Buffer.from(volume.buffer), PATH);
  expect(found.bytes.equals(bytes)).toBe(true);
  expect(found.sector).toBe(fileSector);
}

describe("a file system", () => {
  it("has its file, whatever the size", () => {
    const sizes = oneof(nat(5000), nat(4_000_000), constantFrom(0, 511, 512, 513, 2_090_000));
    assert(
      property(sizes, nat(2 ** 31), (size, id) => check(new Uint8Array(size).fill(id), 64, id)),
      { numRuns: 20, seed: 1 },
    );
  });

  it.each([33_540_000, 33_546_000, 70_000_000])("has larger clusters for %i bytes", (size) => {
    check(new Uint8Array(size).fill(7), 64, 1);
  });

  it("is refused what it cannot hold", () => {
    const bytes = { length: 2 ** 31 } as Uint8Array;
    expect(() => fatVolume({ path: PATH, bytes }, 64, 1)).toThrow("takes at most 2 GiB");
  });
});
