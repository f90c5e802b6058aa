import { defineSystem } from "atoll-os";

export default defineSystem({
  name: "bench",
  processes: { web: { component: "./web.ts" } },
  // Idle instances end soon, so that many first requests can be timed.
  http: { port: 0, handler: "web", instances: { idle: 20 } },
});
