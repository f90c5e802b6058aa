/** Cells that are made at run time, under a dynamic supervisor. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "spawn",
  processes: {
    cell: { component: "../guests/cell.ts", restart: "temporary" },
    driver: {
      component: "../guests/spawn-driver.ts",
      imports: { "bench:cell/api-process": { spawn: "cell" } },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: { children: [{ name: "cells", strategy: "dynamic", child: "cell" }] },
});
