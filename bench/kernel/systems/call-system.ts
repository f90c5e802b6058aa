/** A server that is idle whenever it is called: it runs on its caller's stack. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "call",
  processes: {
    cell: { component: "../guests/cell.ts" },
    driver: {
      component: "../guests/cell-driver.ts",
      imports: { "bench:cell/api": "cell" },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: {},
});
