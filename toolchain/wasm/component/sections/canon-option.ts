/** Options of canonical definitions. Binary.md, `canonopt`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreFuncIndex, type CoreMemoryIndex, index } from "../../index-space.ts";
import type { CanonOption, StringEncoding } from "../component.ts";

/** In the order of their codes, from 0x00. */
const ENCODINGS: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];
const CODES = { memory: 0x03, realloc: 0x04, "post-return": 0x05, async: 0x06, callback: 0x07 } as const;

export function readCanonOptions(reader: ByteReader): CanonOption[] {
  return reader.vec("options", "option", 1, () => readOption(reader));
}

function readOption(reader: ByteReader): CanonOption {
  const code = reader.byte("an option");
  const encoding = ENCODINGS[code];
  if (encoding !== undefined) return { kind: "string-encoding", encoding };
  switch (code) {
    case CODES.memory:
      return { kind: "memory", memory: index<CoreMemoryIndex>(reader.u32("core memory")) };
    case CODES.realloc:
      return { kind: "realloc", func: index<CoreFuncIndex>(reader.u32("core function")) };
    case CODES["post-return"]:
      return { kind: "post-return", func: index<CoreFuncIndex>(reader.u32("core function")) };
    case CODES.async:
      return { kind: "async" };
    case CODES.callback:
      return { kind: "callback", func: index<CoreFuncIndex>(reader.u32("core function")) };
    default:
      return reader.fail("an option, 0x00 to 0x07", hex(code), reader.position - 1);
  }
}

export function writeCanonOptions(out: ByteWriter, options: readonly CanonOption[]): void {
  out.vec(options, (option) => {
    if (option.kind === "string-encoding") {
      out.byte(ENCODINGS.indexOf(option.encoding));
      return;
    }
    out.byte(CODES[option.kind]);
    if (option.kind === "memory") out.u32(option.memory);
    else if (option.kind !== "async") out.u32(option.func);
  });
}
