/** Executables whose C is all checked for undefined behaviour (gcc's sanitizer) behave as the others. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { linkSystem, onLinux, onNode } from "./hosts.ts";
import { PARITY } from "./systems.ts";
import { MISSING } from "./tools.ts";

/** Under the kernel, with messages, deaths and time; all devices; and directories by handles. */
const SYSTEMS = ["talk", "devices", "files"];
/** Milliseconds: all C of a system. */
const FROM_NOTHING = 300_000;
/** Undefined behaviour is an instruction that ends the program; no library is needed, which a static one could not have. */
const COMPILER = '#!/bin/sh\nexec cc -fsanitize=undefined -fsanitize-undefined-trap-on-error "$@"\n';

describe.skipIf(MISSING !== undefined).each(SYSTEMS)("%s without undefined behaviour", (system) => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "atoll-sanitizer-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it(
    "does what it does on Node",
    async () => {
      const linked = await linkSystem(system, scratch);
      const compiler = join(scratch, "checking-cc");
      writeFileSync(compiler, COMPILER);
      chmodSync(compiler, 0o755);
      const output = join(scratch, "checked");
      await linuxImage(linked.plan, {
        output,
        cache: join(scratch, "cache"),
        optimisation: "fast",
        compiler,
      });
      for (const given of PARITY.filter((it) => it.system === system)) {
        expect(onLinux(output, linked, given), given.name).toEqual(await onNode(linked, given));
      }
    },
    FROM_NOTHING,
  );
});
