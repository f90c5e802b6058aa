/** A server that nothing suspends: calls of it are messages, and so are casts. */
import { clock, console, defineSystem } from "../../../index.ts";

export default defineSystem({
  name: "message",
  processes: {
    cell: { component: "../guests/cell.ts", mailbox: { messages: 512 } },
    driver: {
      component: "../guests/cell-driver.ts",
      imports: { "bench:cell/api": { process: "cell", queue: true, cast: ["note"] } },
      grants: [console(), clock()],
    },
  },
  entry: "driver",
  supervisor: {},
});
