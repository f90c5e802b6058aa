/** When KVM is taken: where it would be quicker than QEMU's translator, and only there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bestAccelerator, missingKvm } from "../../../host-metal/boot/emulator.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-kvm-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.arch !== "x64")("KVM", () => {
  const device = join(folder, "kvm");
  const modules = join(folder, "modules");

  it("is missing where there is no device", () => {
    expect(missingKvm(device)).toBe(`there is no ${device}`);
    expect(bestAccelerator(device, modules)).toBe("tcg");
  });

  it("is not taken where ring 0 is emulated", () => {
    writeFileSync(device, "");
    mkdirSync(join(modules, "kvm_pvm"), { recursive: true });
    expect(missingKvm(device)).toBeUndefined();
    expect(bestAccelerator(device, modules)).toBe("tcg");
  });

  it("is taken where the processor helps", () => {
    mkdirSync(join(modules, "kvm_amd"));
    expect(bestAccelerator(device, modules)).toBe("kvm");
  });
});
