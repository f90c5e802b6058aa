/** Evaluated for each suite before it (`setupFiles` of vitest.config.ts): what helpers do around tests. */
import { configureGlobal } from "fast-check";
import { afterEach, beforeEach } from "vitest";
import { runAfter, runBefore } from "./each-test.ts";

// A failure comes again, here and elsewhere.
configureGlobal({ seed: 20_261_121 });

beforeEach(runBefore);
afterEach(runAfter);
