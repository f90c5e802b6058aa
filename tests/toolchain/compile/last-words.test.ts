/** The keeper of last words, in components as engines make them: their code at the top, or in a component of its own. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { afterAll, expect, it } from "vitest";
import { printWorld, worldOfComponent } from "../../../toolchain/abi/index.ts";
import { withLastWords } from "../../../toolchain/compile/full/last-words.ts";
import { decodeComponent } from "../../../toolchain/wasm/index.ts";
import { atoll, workFolder } from "../../cli/atoll.ts";

const folder = workFolder();
afterAll(() => folder.remove());

const WIT = `package my:app@0.1.0;
interface kinds { enum kind { soft, hard } }
interface api { use kinds.{kind}; end: func(kind: kind) -> kind; }
world app {
  import atoll:guest/last-words@0.1.0;
  export api;
  export twice: func(n: u32) -> u32;
}
package atoll:guest@0.1.0 { interface last-words { give-up: func(text: string); } }`;

const CODE = `(module
  (import "atoll:guest/last-words@0.1.0" "give-up" (func $give-up (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "so long")
  (func (export "my:app/api@0.1.0#end") (param i32) (result i32)
    (if (local.get 0) (then (call $give-up (i32.const 8) (i32.const 7))))
    (local.get 0))
  (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))`;

it("are told of a component whose code is at its top, which is the same from outside", async () => {
  const embedded = await componentEmbed({ binary: await parse(CODE), witSource: WIT, world: "app" });
  const before = await componentNew(embedded);
  const after = await withLastWords(before);
  const { imports, ...world } = worldOfComponent(decodeComponent(before));
  const own = imports.filter(({ name }) => !name.startsWith("atoll:guest/"));
  expect(printWorld(worldOfComponent(decodeComponent(after)))).toBe(printWorld({ ...world, imports: own }));

  writeFileSync(join(folder.path, "app.wasm"), after);
  const call = (...words: string[]): ReturnType<typeof atoll> =>
    atoll(["call", "app.wasm", ...words], { cwd: folder.path });
  expect((await call("twice", "21")).stdout).toBe("42\n");
  expect((await call("end", "soft")).stdout).toBe("soft\n");
  expect((await call("end", "hard")).stderr).toMatch(/process app trapped at .*: it gave up: so long\n/);
});
