/** The mail module as its sources are now, with its exports typed. */
import { builtKernel } from "../../../kernel/built.ts";

export interface Mail {
  readonly memory: WebAssembly.Memory;
  begin(delivery: number, size: number): number;
  realloc(old: number, oldSize: number, align: number, size: number): number;
  seal(): number;
  open(message: number, reader: number): void;
  close(message: number): void;
  free(message: number): void;
  abandon(reader: number): void;
  used(): number;
  limit(bytes: number): number;
}

export async function builtMail(): Promise<() => Mail> {
  const module = new WebAssembly.Module(new Uint8Array((await builtKernel()).mail));
  return () => new WebAssembly.Instance(module).exports as unknown as Mail;
}
