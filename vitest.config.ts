import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Suites that also run on systems with a past, each test twice: see tests/after-reset/pool.ts. */
const AFTER_RESET = [
  "tests/after-reset/*.test.ts",
  "tests/toolchain/link/{link,shapes,nested,may-leave,resources,handle-equivalence,stale-handles,handle-quota,reentrance}.test.ts",
  "tests/toolchain/link/{forwarders,root-resource,shared-memory,third-party}.test.ts",
  "tests/host-linux/guard/{choice,death,fates,handles,on-fault,traps}.test.ts",
  "tests/conformance/conformance.test.ts",
  "tests/toolchain/compile/{resources,exported-resources,types}.test.ts",
];

/** Suites that also run with all processes of a system in one domain: see tests/fused/mode.ts. */
const FUSED = [
  "tests/fused/*.test.ts",
  "tests/toolchain/link/{link,shapes,nested,may-leave,resources,handle-equivalence,handle-quota}.test.ts",
  "tests/toolchain/link/{handed-on,forwarders,root-resource,shared-memory,depth,third-party}.test.ts",
  "tests/toolchain/link/{hostile,hostile-resources}.test.ts",
  "tests/toolchain/compile/{resources,exported-resources}.test.ts",
  "tests/conformance/conformance.test.ts",
];

/** Those of them that also run with each domain optimised: the optimiser is a program that has to start. */
const FUSED_OPTIMISED = ["tests/toolchain/link/{link,nested,resources,handed-on,depth}.test.ts"];

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
      { extends: true, test: { name: "fused", include: FUSED, env: { ATOLL_FUSED: "merged" } } },
      {
        extends: true,
        test: { name: "fused-optimised", include: FUSED_OPTIMISED, env: { ATOLL_FUSED: "optimised" } },
      },
    ],
  },
});

export default config;
