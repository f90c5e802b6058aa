// `npm run check`: types, lint, format, unused code, as CI runs them. All of them, then the verdict.
import { spawnSync } from "node:child_process";

/** @type {{ name: string, program: string, args: string[] }[]} */
const checks = [
  { name: "types", program: "tsc", args: ["-p", "."] },
  { name: "types of the examples", program: "tsc", args: ["-p", "components"] },
  { name: "lint", program: "oxlint", args: ["--type-aware"] },
  { name: "format", program: "oxfmt", args: ["--check"] },
  { name: "unused code", program: "knip", args: [] },
];

let failed = 0;
for (const { name, program, args } of checks) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  console.log(
    `${status === 0 ? "ok    " : "FAILED"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) {
    failed++;
    console.log(`${stdout ?? ""}${stderr ?? ""}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
