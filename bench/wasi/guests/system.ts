/** One program that does the rounds of `atoll bench wasi`. */
import { clock, defineSystem, dir, entropy, stdio } from "atoll-os";

export default defineSystem({
  name: "wasi",
  processes: {
    worker: {
      component: "./worker.ts",
      grants: [stdio(), clock(), entropy(), dir("./scratch", "read-write")],
    },
  },
  supervisor: {},
  entry: "worker",
});
