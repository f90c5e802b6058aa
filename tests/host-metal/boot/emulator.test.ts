/** When KVM is taken: where it would be quicker than QEMU's translator, and only there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { missingKvm } from "../../../host-metal/boot/emulator.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-kvm-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.arch !== "x64")("KVM", () => {
  const device = join(folder, "kvm");
  const modules = join(folder, "modules");

  it("is missing where there is no device", () => {
    expect(missingKvm(device, modules)).toBe(`there is no ${device}`);
  });

  it("is not used where ring 0 is emulated", () => {
    writeFileSync(device, "");
    mkdirSync(join(modules, "kvm_pvm"), { recursive: true });
    expect(missingKvm(device, modules)).toMatch(/without the processor's virtualisation/);
  });

  it("is used where the processor helps", () => {
    mkdirSync(join(modules, "kvm_amd"));
    expect(missingKvm(device, modules)).toBeUndefined();
  });
});
