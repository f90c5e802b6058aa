/** Says how many descriptors the host has, opens many more, and traps. */
import { writeLine } from "atoll:device/console";
import { getDirectories } from "wasi:filesystem/preopens";
import { Descriptor, DescriptorFlags, OpenFlags } from "wasi:filesystem/types";

const held: Descriptor[] = [];

export function run(): void {
  const roots = getDirectories();
  writeLine(count(roots[1]._0).toString());
  const flags = DescriptorFlags.Read | DescriptorFlags.Write;
  for (let i = 0; i < 100; i++) held.push(roots[0]._0.openAt(0, i.toString(), OpenFlags.Create, flags).value);
  held[0].appendViaStream().value.blockingWriteAndFlush([1]);
  roots[0]._0.readDirectory();
  unreachable();
}

function count(directory: Descriptor): i32 {
  const entries = directory.readDirectory().value;
  let count = 0;
  while (entries.readDirectoryEntry().value !== null) count++;
  entries.drop();
  return count;
}
