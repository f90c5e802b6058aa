/**
 * A file system with one file in folders, which firmware finds by its path.
 *
 * FAT16: Microsoft's "FAT: General Overview of On-Disk Format", 1.03. All clusters of
 * a folder or a file follow each other, so that a loader can read the file by its
 * place on the disk.
 *
 *     ┌──────────────┬───────┬───────┬────────────────┬──────────────────────────┐
 *     │ boot sector  │ FAT 1 │ FAT 2 │ root directory │ clusters, from number 2  │
 *     └──────────────┴───────┴───────┴────────────────┴──────────────────────────┘
 */
import { ImageError } from "../error.ts";

const SECTOR = 512;
const ROOT_ENTRIES = 512;
const ENTRY_SIZE = 32;
const ROOT_SECTORS = (ROOT_ENTRIES * ENTRY_SIZE) / SECTOR;
const FIRST_CLUSTER = 2;
/** With fewer or more it is another FAT; a little beyond the limits, which drivers read differently. */
const CLUSTERS_LEAST = 4085 + 16;
const CLUSTERS_MOST = 65_524 - 16;
const CLUSTER_SECTORS_MOST = 64;
const END_OF_CHAIN = 0xffff;
const MEDIA = 0xf8;
const FOLDER = 0x10;
const FILE = 0x20;
const LABEL = 0x08;
/** 1 January 1980, the first day that there is: the same inputs give the same bytes. */
const DATE = (1 << 5) | 1;

export interface FatFile {
  /** Its folders from the root on, then its own name; each with at most 8 letters, and 3 behind a dot. */
  readonly path: readonly string[];
  readonly bytes: Uint8Array;
}

interface FatVolume {
  readonly bytes: Uint8Array;
  /** The sector of the volume from which on the file's bytes follow each other. */
  readonly fileSector: number;
}

/** `hidden`: sectors of the disk before the volume; `id`: 32 bits. @throws ImageError for more than 2 GiB. */
export function fatVolume({ path, bytes }: FatFile, hidden: number, id: number): FatVolume {
  const shape = shapeOf(path.length - 1, bytes.length);
  const volume = new Uint8Array(shape.sectors * SECTOR);
  const view = new DataView(volume.buffer);
  bootSector(view, shape, hidden, id);
  const chains = [...path.slice(1).map(() => 1), clustersOf(bytes.length, shape.clusterSectors)];
  for (const fat of [1, 1 + shape.fatSectors]) allocate(view, fat * SECTOR, chains);

  const root = (1 + 2 * shape.fatSectors) * SECTOR;
  const start = root + ROOT_SECTORS * SECTOR;
  const clusterAt = (number: number): number =>
    start + (number - FIRST_CLUSTER) * shape.clusterSectors * SECTOR;
  entry(view, root, "ATOLL", LABEL, 0, 0);
  for (const [depth, name] of path.entries()) {
    const cluster = FIRST_CLUSTER + depth;
    const isFile = depth === path.length - 1;
    // In the root behind the label, in a folder behind itself and the one above it.
    const at = depth === 0 ? root + ENTRY_SIZE : clusterAt(cluster - 1) + 2 * ENTRY_SIZE;
    entry(view, at, name, isFile ? FILE : FOLDER, cluster, isFile ? bytes.length : 0);
    if (isFile) continue;
    entry(view, clusterAt(cluster), ".", FOLDER, cluster, 0);
    entry(view, clusterAt(cluster) + ENTRY_SIZE, "..", FOLDER, depth === 0 ? 0 : cluster - 1, 0);
  }
  const place = clusterAt(FIRST_CLUSTER + path.length - 1);
  volume.set(bytes, place);
  return { bytes: volume, fileSector: place / SECTOR };
}

interface Shape {
  readonly clusterSectors: number;
  readonly fatSectors: number;
  /** Of the whole volume. */
  readonly sectors: number;
}

function clustersOf(bytes: number, clusterSectors: number): number {
  return Math.max(1, Math.ceil(bytes / (clusterSectors * SECTOR)));
}

/** The smallest clusters that do. */
function shapeOf(folders: number, bytes: number): Shape {
  for (let clusterSectors = 1; clusterSectors <= CLUSTER_SECTORS_MOST; clusterSectors *= 2) {
    const clusters = Math.max(CLUSTERS_LEAST, folders + clustersOf(bytes, clusterSectors));
    if (clusters > CLUSTERS_MOST) continue;
    const fatSectors = Math.ceil(((FIRST_CLUSTER + clusters) * 2) / SECTOR);
    const sectors = 1 + 2 * fatSectors + ROOT_SECTORS + clusters * clusterSectors;
    return { clusterSectors, fatSectors, sectors };
  }
  throw new ImageError(`The system has ${bytes} bytes, and a disk image's file system takes at most 2 GiB.`);
}

function bootSector(view: DataView, shape: Shape, hidden: number, id: number): void {
  for (const [i, byte] of [0xeb, 0x3c, 0x90].entries()) view.setUint8(i, byte);
  text(view, 3, "ATOLL   ");
  view.setUint16(11, SECTOR, true);
  view.setUint8(13, shape.clusterSectors);
  view.setUint16(14, 1, true);
  view.setUint8(16, 2);
  view.setUint16(17, ROOT_ENTRIES, true);
  const isSmall = shape.sectors < 0x10000;
  view.setUint16(19, isSmall ? shape.sectors : 0, true);
  view.setUint8(21, MEDIA);
  view.setUint16(22, shape.fatSectors, true);
  view.setUint16(24, 63, true);
  view.setUint16(26, 255, true);
  view.setUint32(28, hidden, true);
  view.setUint32(32, isSmall ? 0 : shape.sectors, true);
  view.setUint8(36, 0x80);
  view.setUint8(38, 0x29);
  view.setUint32(39, id, true);
  text(view, 43, "ATOLL      ");
  text(view, 54, "FAT16   ");
  view.setUint16(510, 0xaa55, true);
}

/** Writes the table: chains of that many clusters, one behind the other. */
function allocate(view: DataView, table: number, chains: readonly number[]): void {
  view.setUint16(table, 0xff00 | MEDIA, true);
  view.setUint16(table + 2, END_OF_CHAIN, true);
  let next = FIRST_CLUSTER;
  for (const length of chains) {
    for (let left = length; left > 0; left--, next++)
      view.setUint16(table + next * 2, left === 1 ? END_OF_CHAIN : next + 1, true);
  }
}

function entry(view: DataView, at: number, name: string, kind: number, cluster: number, size: number): void {
  const [stem = "", extension = ""] = name.startsWith(".") ? [name] : name.split(".");
  text(view, at, stem.padEnd(8) + extension.padEnd(3));
  view.setUint8(at + 11, kind);
  view.setUint16(at + 16, DATE, true);
  view.setUint16(at + 18, DATE, true);
  view.setUint16(at + 24, DATE, true);
  view.setUint16(at + 26, cluster, true);
  view.setUint32(at + 28, size, true);
}

function text(view: DataView, at: number, ascii: string): void {
  for (let i = 0; i < ascii.length; i++) view.setUint8(at + i, ascii.charCodeAt(i));
}
