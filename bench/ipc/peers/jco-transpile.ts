/** One job of jco: `node jco-transpile.ts <package> <folder> <multi-memory>` transpiles composed.wasm there. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Jco {
  transpile(
    component: Uint8Array,
    options: { name: string; instantiation: "async"; multiMemory: boolean; noTypescript: boolean },
  ): Promise<{ files: Record<string, Uint8Array> }>;
}

const [name, folder, multiMemory] = process.argv.slice(2) as [string, string, string];
const jco = (await import(name)) as Jco;
const { files } = await jco.transpile(readFileSync(join(folder, "composed.wasm")), {
  name: "app",
  instantiation: "async",
  multiMemory: multiMemory === "true",
  noTypescript: true,
});
for (const [file, bytes] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), bytes);
}
// The folder's scripts are modules, whatever lies above it.
writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
