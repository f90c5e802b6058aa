/** Processes by the ten thousand, spawned by the driver. */
import { clock, console, defineSystem } from "../../../index.ts";

const MOST = 60_000;

export default defineSystem({
  name: "live",
  processes: {
    live: { component: "../guests/live.ts", restart: "temporary", quotas: { memory: 65536 } },
    driver: {
      component: "../guests/live-driver.ts",
      imports: { "bench:live/api-process": { spawn: "live" } },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: { children: [{ name: "lives", strategy: "dynamic", child: "live", most: MOST }] },
});
