/** A process that watches others die which may wait, and have a stack of their own. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "notice-stack",
  processes: {
    cell: { component: "../guests/sleeper.ts", restart: "temporary" },
    watcher: {
      component: "../guests/watcher.ts",
      imports: { "bench:cell/api-process": { spawn: "cell", cast: ["crash"] } },
      grants: [console(), clock()],
    },
    driver: {
      component: "../guests/notice-driver.ts",
      imports: { "bench:watcher/api": { process: "watcher", cast: ["watch"], queue: true } },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: { children: [{ name: "cells", strategy: "dynamic", child: "cell" }] },
});
