/** A service of a handler in the full dialect: `full.ts -- quickjs` or `-- starlingmonkey`. */
import { clock, defineSystem, entropy, stdio } from "atoll-os";

export default defineSystem(({ arguments: [engine = "quickjs"] }) => ({
  name: "bench",
  processes: {
    web: {
      component: `./${engine}.ts`,
      // StarlingMonkey seeds itself and looks at the time; the other does without WASI.
      // Its collector waits until the heap has some 100 MiB.
      ...(engine === "starlingmonkey" && { quotas: { memory: 512 * 2 ** 20 } }),
      grants: engine === "starlingmonkey" ? [clock(), entropy(), stdio()] : [],
    },
  },
  http: { port: 0, handler: "web" },
}));
