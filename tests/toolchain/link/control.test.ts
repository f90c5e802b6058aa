/** A control socket in `system.ts`: what the plan has of it, and that `atoll inspect` says so. */
import { beforeAll, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { describePlan, printDescription, validateSystem } from "../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { component, refused, supervised, type Guests } from "./guests.ts";

let kernel: KernelModules;
let guests: Guests;
beforeAll(async () => {
  kernel = await builtKernel();
  const bytes = await component(
    "package t:w; world w { export run: func(); }",
    `(module (func (export "run")))`,
  );
  guests = { a: { bytes } };
});

it("is in the plan, also from a file, and is shown as authority", () => {
  const { plan } = supervised(guests, { kernel, control: "./run.sock" });
  const read = parsePlan(serialisePlan(plan));
  expect(read.root.kernel?.control).toBe("./run.sock");
  expect(printDescription(describePlan(read))).toContain(
    "\ncontrol ./run.sock: its owner may see and end every process\n",
  );
});

it("is not there unless it is granted", () => {
  const { plan } = supervised(guests, { kernel });
  expect(plan.root.kernel).not.toHaveProperty("control");
  expect(describePlan(plan)).not.toHaveProperty("control");
});

it.each([
  [{}, "control: it shows what the kernel knows, and there is none; add supervisor: {} beside it"],
  [{ supervisor: {}, control: "" }, "control: expected a text that is not empty"],
  [{ supervisor: {}, control: true }, "control: expected a text, found true"],
])("is refused in a system with %j", (fields, message) => {
  const system = { name: "s", processes: { a: { component: "./a.wasm" } }, control: "./run.sock", ...fields };
  expect(refused(() => validateSystem(system, "system.ts"))).toContain(message);
});
