/** The types of `atoll:device/stdio`. */
import type { Interface } from "../../abi/index.ts";
import { bool, bytes, enumeration, func, interfaceOf, u32 } from "../interface-types.ts";

const output = enumeration("atoll:device/stdio@0.1.0", "output", ["out", "err"]);

export const STDIO: Interface = interfaceOf(
  {
    write: func({ to: output, bytes }, { kind: "result", ok: u32 }),
    read: func({ most: u32 }, { kind: "result", ok: bytes }),
    "is-terminal": func({ number: { kind: "u8" } }, bool),
    exit: func({ status: { kind: "u8" } }),
  },
  [output],
);
