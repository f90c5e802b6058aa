/**
 * The reference for metering: the price of each instruction is paid right before it, one by one.
 */
import {
  CodeWriter,
  encodeModule,
  index,
  readInstructions,
  type CoreModule,
} from "../../../toolchain/wasm/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";

/** Written down again, by the documentation and not by the linker's table. */
const FREE = new Set([
  "nop",
  "block",
  "loop",
  "else",
  "end",
  "try",
  "catch",
  "catch_all",
  "delegate",
  "try_table",
  "unreachable",
]);
const BY_LENGTH = new Set(["memory.copy", "memory.fill", "memory.init"]);

/** The module with `RESERVED.fuel` counted down; lengths are of 32 bits. */
export function naivelyMetered(module: CoreModule): Uint8Array {
  const globals = module.imports.filter((i) => i.type.kind === "global").length + module.globals.length;
  const fuel = index<never>(globals);
  const types = module.types.flat();
  const code = module.code.map((body, i) => {
    const composite = types[module.functions[i] ?? 0]?.composite;
    const params = composite?.kind === "func" ? composite.params.length : 0;
    const length = params + body.locals.reduce((sum, { count }) => sum + count, 0);
    const out = new CodeWriter();
    for (const cursor of readInstructions(body.code)) {
      const { mnemonic, start, end } = cursor;
      if (!FREE.has(mnemonic)) out.globalGet(fuel).i64Const(1n).op("i64.sub").globalSet(fuel);
      if (BY_LENGTH.has(mnemonic)) {
        out.localTee(length).globalGet(fuel).localGet(length).op("i64.extend_i32_u");
        out.i64Const(8n).op("i64.div_u").op("i64.sub").globalSet(fuel);
      }
      out.raw(body.code.subarray(start, end));
    }
    return { locals: [...body.locals, { count: 1, type: "i32" as const }], code: out.bytes(), offset: 0 };
  });
  const counter = {
    type: { type: "i64", mutable: true },
    init: new CodeWriter().i64Const(0n).end().bytes(),
  } as const;
  const changed: CoreModule = {
    ...module,
    code,
    globals: [...module.globals, counter],
    exports: [...module.exports, { name: RESERVED.fuel, kind: "global", index: fuel }],
  };
  return encodeModule(changed).bytes;
}
