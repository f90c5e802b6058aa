/** A server that may wait, so that it has a stack of its own. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "stack",
  processes: {
    cell: { component: "../guests/sleeper.ts", mailbox: { messages: 512 } },
    driver: {
      component: "../guests/cell-driver.ts",
      imports: { "bench:cell/api": { process: "cell", cast: ["note"] } },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: {},
});
