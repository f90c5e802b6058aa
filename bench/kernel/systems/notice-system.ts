/** A process that watches others die. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "notice",
  processes: {
    cell: { component: "../guests/cell.ts", restart: "temporary" },
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
