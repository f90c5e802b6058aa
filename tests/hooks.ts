/** Evaluated for each suite before it (`setupFiles` of vitest.config.ts): what helpers do around tests. */
import { afterEach, beforeEach } from "vitest";
import { runAfter, runBefore } from "./each-test.ts";

beforeEach(runBefore);
afterEach(runAfter);
