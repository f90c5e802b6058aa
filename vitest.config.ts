import { join } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from "vitest/config";
import { LongFirst } from "./tests/long-first.ts";

/** Suites that also run on systems with a past, each test twice: see tests/after-reset/pool.ts. */
const AFTER_RESET = [
  "tests/after-reset/*.test.ts",
  "tests/toolchain/link/{link,shapes,nested,may-leave,resources,handle-equivalence,stale-handles,handle-quota,reentrance}.test.ts",
  "tests/toolchain/link/{forwarders,root-resource,shared-memory}.test.ts",
  "tests/host-linux/guard/{choice,death,fates,handles,on-fault,traps}.test.ts",
  "tests/conformance/conformance.test.ts",
  "tests/toolchain/compile/{resources,types}.test.ts",
];

/** Suites that also run with all processes of a system in one domain: see tests/fused/mode.ts. */
const FUSED = [
  "tests/fused/*.test.ts",
  "tests/toolchain/link/{link,shapes,nested,may-leave,resources,handle-equivalence,handle-quota}.test.ts",
  "tests/toolchain/link/{handed-on,forwarders,root-resource,shared-memory,depth}.test.ts",
  "tests/toolchain/compile/resources.test.ts",
  "tests/conformance/conformance.test.ts",
];

/** Those of them that also run with each domain optimised: the optimiser is a program that has to start. */
const FUSED_OPTIMISED = ["tests/toolchain/link/nested.test.ts"];

/**
 * What takes long and shows once more what the quick projects show: properties with all their tries
 * (tests/thorough.ts), and suites in a second way whose like is among the quick ones.
 */
const ONLY_SLOW = ["tests/host-metal/image/{chat,fresh,sanitizer}.test.ts", "tests/bench/ipc/image.test.ts"];
const SLOW = {
  tries: [
    ...ONLY_SLOW,
    "tests/toolchain/link/adapter/{corruption,equivalence,guarded,handle-types,messages,string,string-blocks}.test.ts",
    "tests/toolchain/link/{hostile,hostile-resources,third-party}.test.ts",
    "tests/toolchain/bindgen/echo.test.ts",
    "tests/toolchain/compile/generated.test.ts",
    "tests/components/http/hono.test.ts",
    "tests/host-metal/image/{generated,parity}.test.ts",
    "tests/host-metal/image/files/files.test.ts",
    "tests/bench/{boot,kernel}/run.test.ts",
    "tests/fuzz/link.test.ts",
    "tests/kernel/{simulate,planted-bugs}.test.ts",
    "tests/components/http/service.test.ts",
    "tests/wasi-shim/{crowd,images}.test.ts",
  ],
  afterReset: [
    "tests/toolchain/link/third-party.test.ts",
    "tests/toolchain/compile/exported-resources.test.ts",
  ],
  fused: [
    "tests/toolchain/link/{third-party,hostile,hostile-resources}.test.ts",
    "tests/toolchain/compile/exported-resources.test.ts",
  ],
  fusedOptimised: ["tests/toolchain/link/{link,resources,handed-on,depth}.test.ts"],
};

type Environment = Readonly<Record<string, string>>;

const AGAIN = { ATOLL_AFTER_RESET: "1" };
const MERGED = { ATOLL_FUSED: "merged" };
const OPTIMISED = { ATOLL_FUSED: "optimised" };
const THOROUGH = { ATOLL_THOROUGH: "1" };

function project(
  name: string,
  include: readonly string[],
  env: Environment = {},
  exclude: readonly string[] = [],
): TestProjectInlineConfiguration {
  const repeats = "ATOLL_AFTER_RESET" in env ? 1 : 0;
  return {
    extends: true,
    test: {
      name,
      include: [...include],
      env: { ...env },
      repeats,
      exclude: [...exclude, "tests/fixtures/**"],
    },
  };
}

const config: ViteUserConfig = defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // What a suite imports is evaluated once for all, and what it builds there is built once. A suite that
    // changes what others see puts it back; what helpers do around each test is in tests/each-test.ts.
    isolate: false,
    setupFiles: ["tests/hooks.ts"],
    // What a system.ts imports that a suite links by itself, as the command gives it: dist/ may be of another day.
    alias: { "atoll-os": join(import.meta.dirname, "index.ts") },
    sequence: { sequencer: LongFirst },
    reporters: ["default", "./tests/summary-reporter.ts"],
    projects: [
      project("tests", ["tests/**/*.test.ts"], {}, ONLY_SLOW),
      project("after-reset", AFTER_RESET, AGAIN),
      project("fused", FUSED, MERGED),
      project("fused-optimised", FUSED_OPTIMISED, OPTIMISED),
      project("slow", SLOW.tries, THOROUGH),
      project("slow-after-reset", SLOW.afterReset, { ...AGAIN, ...THOROUGH }),
      project("slow-fused", SLOW.fused, { ...MERGED, ...THOROUGH }),
      project("slow-fused-optimised", SLOW.fusedOptimised, { ...OPTIMISED, ...THOROUGH }),
    ],
  },
});

export default config;
