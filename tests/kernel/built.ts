/** The kernel as its sources are now, as a module; a changed one is compiled, the plain one only once. */
import { builtKernel as keptKernel } from "../../kernel/built.ts";
import { compileKernel, type KernelOptions } from "../../kernel/compile.ts";

export async function builtKernel(options?: KernelOptions): Promise<WebAssembly.Module> {
  const bytes = options === undefined ? (await keptKernel()).kernel : await compileKernel(options);
  return new WebAssembly.Module(new Uint8Array(bytes));
}
