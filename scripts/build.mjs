// `npm run build`: compiles the TypeScript sources to dist/, for the package.
//
// Node strips no types below node_modules, so what is published is JavaScript
// with type declarations. Files that are read, not run (the AssemblyScript
// runtime, project templates), are copied beside the code that reads them. The
// kernel and Atoll's own components, as they are kept for these sources or compiled, go to dist/kernel/,
// dist/wasi-shim/ and dist/components/, where they are looked for.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtHttp, HTTP_COMPONENTS } from "../components/http/built.ts";
import { builtKernel } from "../kernel/built.ts";
import { builtHttpDriver, builtShim, SHIM_VARIANTS } from "../wasi-shim/built.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ASSETS = [
  "toolchain/bindgen/runtime",
  "toolchain/compile/preview1/adapters",
  "toolchain/compile/full/runtime",
  "cli/new/template",
  "cli/new/template-http",
  "components/http/library",
  "wasi-shim/wit",
  "host-metal/image/runtime",
  "host-metal/loader",
  ...["hal.h", "portable", "x86_64"].map((part) => `host-metal/hal/${part}`),
];

rmSync(join(root, "dist"), { recursive: true, force: true });
const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(1);
for (const asset of ASSETS) {
  if (existsSync(join(root, asset)))
    cpSync(join(root, asset), join(root, "dist", asset), { recursive: true });
}
mkdirSync(join(root, "dist/kernel"), { recursive: true });
const { kernel, mail } = await builtKernel();
writeFileSync(join(root, "dist/kernel/kernel.wasm"), kernel);
writeFileSync(join(root, "dist/kernel/mail.wasm"), mail);
for (const variant of SHIM_VARIANTS) {
  writeFileSync(join(root, `dist/wasi-shim/${variant}.wasm`), await builtShim(variant));
}
writeFileSync(join(root, "dist/wasi-shim/http-driver.wasm"), await builtHttpDriver());
for (const name of HTTP_COMPONENTS) {
  writeFileSync(join(root, `dist/components/http/${name}.wasm`), await builtHttp(name));
}
