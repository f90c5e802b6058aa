/** The kernel as its sources are now, compiled once for a test file. */
import { compileKernel, type KernelOptions } from "../../kernel/compile.ts";

export async function builtKernel(options?: KernelOptions): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(new Uint8Array(await compileKernel(options)));
}
