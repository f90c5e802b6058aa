import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Suites that also run on systems with a past, each test twice: see tests/after-reset/pool.ts. */
const AFTER_RESET = [
  "tests/after-reset/*.test.ts",
  "tests/toolchain/link/{link,shapes,nested,may-leave,resources,handle-equivalence,stale-handles,handle-quota,reentrance}.test.ts",
  "tests/toolchain/compile/{resources,exported-resources}.test.ts",
];

const config: ViteUserConfig = defineConfig({
  test: {
    exclude: ["tests/fixtures/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ["default", "./tests/summary-reporter.ts"],
    projects: [
      { extends: true, test: { name: "tests", include: ["tests/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "after-reset", include: AFTER_RESET, env: { ATOLL_AFTER_RESET: "1" }, repeats: 1 },
      },
    ],
  },
});

export default config;
