/** A cell that crashes a hundred thousand times. */
import { clock, console, defineSystem, introspection } from "../../../index.ts";

export default defineSystem({
  name: "soak",
  processes: {
    cell: { component: "../guests/cell.ts" },
    driver: {
      component: "../guests/soak-driver.ts",
      imports: { "bench:cell/api": "cell" },
      grants: [console(), clock(), introspection()],
    },
  },
  entry: "driver",
  // More than 16 failures within a microsecond no supervisor will see.
  supervisor: { intensity: 16, window: 0.001 },
});
