/** Devices that images do not have: said before anything is compiled, with what there is instead. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { dir } from "../../../index.ts";
import { ALLOCATOR, component, linked } from "../../toolchain/link/guests.ts";
import { MISSING } from "./tools.ts";

it.skipIf(MISSING !== undefined)("refuses directories by handles", async () => {
  const bytes = await component(
    "package t:a; world w { import atoll:device/files@0.1.0; export run: func() -> result<_, string>; }",
    `(module
      (import "atoll:device/files@0.1.0" "preopens" (func $preopens (param i32)))
      (func (export "run") (result i32) (call $preopens (i32.const 16)) (i32.const 8))
      ${ALLOCATOR})`,
    "utf8",
  );
  const { plan } = linked({ app: { bytes, grants: [dir(".")] } }, "app");
  const folder = mkdtempSync(join(tmpdir(), "atoll-refused-"));
  const made = linuxImage(plan, { output: join(folder, "app"), cache: join(folder, "cache") });
  await expect(made).rejects.toThrow(
    'atoll:device/files, function preopens: images do not have it yet. They have directories for reading: import "atoll:device/directory", and grant directory("./path"). Or run the system on Node: atoll run.',
  );
  rmSync(folder, { recursive: true });
});
