/** The kernel's modules as the linker gets them in a checkout. */
import { expect, it } from "vitest";
import { builtKernel } from "../../kernel/built.ts";
import { compileKernel, compileMail } from "../../kernel/compile.ts";

it("are what the sources compile to, whoever compiled them first", async () => {
  const all = await Promise.all([builtKernel(), builtKernel()]);
  const expected = { kernel: await compileKernel(), mail: await compileMail() };
  expect(all).toEqual([expected, expected]);
  expect(await builtKernel()).toEqual(expected);
});
