/** What a process may have is told by its plan. */
import { expect, it } from "vitest";
import { quotasOf } from "../../../host-linux/kernel/quotas.ts";
import { builtKernel } from "../../../kernel/built.ts";
import { component, supervised } from "../../toolchain/link/guests.ts";

it("tells mailbox, records, handles and fuel of a worker, and nothing of a supervisor", async () => {
  const bytes = await component(
    "package t:p; world w { export run: func(); }",
    `(module (func (export "run")))`,
  );
  const guests = {
    plain: { bytes },
    bounded: { bytes, mailbox: { messages: 3, bytes: 500 }, quotas: { fuel: 2 ** 40, records: 7 } },
  };
  const { plan } = supervised(guests, { kernel: await builtKernel() });
  const tree = plan.root.kernel?.tree ?? [];
  const told = tree.map((node) => quotasOf(plan, node));
  expect(told).toEqual([
    undefined,
    { mail: 3, mailBytes: 500, records: 7, handles: 16, fuel: 2 ** 40 },
    { mail: 256, mailBytes: 2 ** 20, records: 16, handles: 16 },
  ]);
  expect(quotasOf(plan, undefined)).toBeUndefined();
});
