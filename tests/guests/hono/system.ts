import { clock, defineSystem, entropy, stdio } from "atoll-os";

export default defineSystem({
  name: "hono",
  processes: { web: { component: "./web.ts", grants: [clock(), entropy(), stdio()] } },
  http: { port: 0, handler: "web", instances: { max: 2 } },
});
