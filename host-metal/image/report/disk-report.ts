/** Where the bytes of a disk are: of the ELF file it has what is loaded. */
import type { DiskParts } from "../disk/disk.ts";
import { Counts, DEBUGGING, HEADERS, PADDING, SYMBOLS, type SizeReport } from "./size-report.ts";

const NOT_LOADED: ReadonlySet<string> = new Set(
  [SYMBOLS, DEBUGGING, HEADERS, PADDING].map(({ part }) => part),
);

/** `elf`: the report of the file that it was made of. */
export function diskReport(elf: SizeReport, { whole, loaders, head, loaded }: DiskParts): SizeReport {
  const count = new Counts();
  for (const { bytes, zeros, ...owner } of elf.rows)
    if (!NOT_LOADED.has(owner.part)) count.add(owner, bytes, zeros);
  count.add(PADDING, loaded - count.sum);
  count.add({ part: "boot loaders" }, loaders);
  count.add({ part: "table and command line" }, head);
  const { absent } = elf;
  return { ...count.report(whole, { part: "file system, free clusters" }), absent };
}
