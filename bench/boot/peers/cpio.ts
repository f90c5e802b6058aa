/**
 * An archive that Linux unpacks as its initial file system.
 *
 * Linux, Documentation/driver-api/early-userspace/buffer-format.rst: entries of 13
 * hexadecimal numbers, a name and the contents, each padded to 4 bytes; the last is
 * named TRAILER!!!.
 */
export interface Entry {
  readonly name: string;
  /** As of `stat`: the kind and the permissions. */
  readonly mode: number;
  readonly contents?: Uint8Array;
  /** Major and minor number, of a device. */
  readonly device?: readonly [major: number, minor: number];
}

const MAGIC = "070701";
const LAST: Entry = { name: "TRAILER!!!", mode: 0 };

export function cpio(entries: readonly Entry[]): Uint8Array {
  return Buffer.concat([...entries, LAST].flatMap((entry, i) => parts(entry, i + 1)));
}

function parts({ name, mode, contents = new Uint8Array(), device = [0, 0] }: Entry, inode: number): Buffer[] {
  const label = Buffer.from(`${name}\0`);
  // Inode, mode, owner, group, links, time, size, device, its own device, length of the name, checksum.
  const numbers = [inode, mode, 0, 0, 1, 0, contents.length, 0, 0, ...device, label.length, 0];
  const header = MAGIC + numbers.map((number) => number.toString(16).padStart(8, "0")).join("");
  return [padded(Buffer.concat([Buffer.from(header), label])), padded(Buffer.from(contents))];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
