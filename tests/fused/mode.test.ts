/**
 * The systems of this project's tests are fused, and in the others they are not.
 */
import { expect, it } from "vitest";
import { linked, text } from "../toolchain/link/guests.ts";
import { FUSED } from "./mode.ts";

it("puts all processes of a system into one module, in its own projects alone", async () => {
  const bytes = await text(`(component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func (export "f") (canon lift (core func $i "f"))))`);
  const { plan } = linked({ a: { bytes }, b: { bytes } });
  const guests = plan.modules.filter(({ role }) => role === "guest");
  expect(guests).toHaveLength(1);
  expect(plan.root.domains?.length ?? 0).toBe(FUSED ? 1 : 0);
});
