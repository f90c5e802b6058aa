/** A process in an endless loop, beside a driver and a server that have to get on. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "latency",
  processes: {
    spinner: { component: "../guests/spinner.ts", quotas: { fuel: 1e15, slice: 8_000_000 } },
    cell: { component: "../guests/cell.ts" },
    driver: {
      component: "../guests/latency-driver.ts",
      imports: {
        "bench:cell/api": { process: "cell", queue: true },
        "bench:spinner/api": { process: "spinner", cast: ["spin"] },
      },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: {},
});
