/** A component that uses WASI is refused where an image is made of it: docs/support.md says so of all functions. */
import { expect, it } from "vitest";
import { linuxImage } from "../../host-metal/image/linux.ts";
import { CLOCK, CONSOLE, ENTROPY, wasiGuest, wasiPlan } from "./guest.ts";

it("says what images do not have yet", async () => {
  const plan = await wasiPlan(await wasiGuest("clocks"), { grants: [CLOCK, CONSOLE, ENTROPY] });
  const made = linuxImage(plan, { output: "never-written", cache: "never-written", optimisation: "fast" });
  await expect(made).rejects.toThrow("atoll:kernel/wakeup, function wait: images do not have it yet.");
});
