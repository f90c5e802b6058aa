/** A cell that crashes again and again, and is made new by its supervisor each time. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "restart",
  processes: {
    cell: { component: "../guests/cell.ts" },
    driver: {
      component: "../guests/cell-driver.ts",
      imports: { "bench:cell/api": "cell" },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  // More than 16 failures within a microsecond no supervisor will see.
  supervisor: { intensity: 16, window: 0.001 },
});
