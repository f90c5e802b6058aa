/**
 * Compiles the kernel: AssemblyScript in core/ and mail/ → core modules without imports.
 *
 * `scripts/build.mjs` calls it for the package; tests call it with patched
 * sources. The results depend on the sources and the compiler alone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as asc from "assemblyscript/asc";

/** Changes the text of a source file, named by its path under kernel/. */
type Patch = (path: string, text: string) => string;

export interface KernelOptions {
  readonly patch?: Patch;
  /** 0 to 3, as asc counts; 3 unless told. */
  readonly optimize?: number;
}

/** The state machine. @throws Error with asc's messages; a warning counts as an error. */
export async function compileKernel(options?: KernelOptions): Promise<Uint8Array> {
  return compile("core/kernel.ts", options);
}

/** The module that holds messages in flight. @throws Error as `compileKernel` does. */
export async function compileMail(options?: KernelOptions): Promise<Uint8Array> {
  return compile("mail/mail.ts", options);
}

async function compile(entry: string, { patch, optimize = 3 }: KernelOptions = {}): Promise<Uint8Array> {
  const messages = asc.createMemoryStream();
  let binary: Uint8Array | undefined;
  const { error } = await asc.main([entry, "--outFile", "out.wasm", `-O${optimize}`, ...FLAGS], {
    stdout: messages,
    stderr: messages,
    readFile: (path) => readSource(path.replaceAll("\\", "/"), patch),
    writeFile: (_path, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  const said = messages.toString();
  if (error !== null || binary === undefined || said.includes("WARNING")) {
    throw new Error(`${entry} does not compile:\n${said}${error?.message ?? ""}`);
  }
  return new Uint8Array(binary);
}

/** No allocator and no `abort`: memory is what the sources lay out, and nothing is imported. */
const FLAGS = ["--runtime", "stub", "--noAssert", "--use", "abort="];

function readSource(path: string, patch: Patch | undefined): string | null {
  if (!/^(abi|(core|mail)\/[a-z-]+)\.ts$/.test(path)) return null;
  const text = readFileSync(join(import.meta.dirname, path), "utf8");
  return patch === undefined ? text : patch(path, text);
}
