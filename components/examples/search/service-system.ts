/** Search as a service: a client asks all the time, and whoever holds the control socket may kill what they like. */
import { clock, console, defineSystem, type SystemConfig } from "atoll-os";
import search from "./system.ts";

export default defineSystem<string>((launch) => {
  const { processes, ...system }: SystemConfig = search(launch);
  const { query: _, ...others } = processes;
  return {
    ...system,
    processes: {
      ...others,
      asker: {
        component: "./asker.ts",
        imports: { "search:index/api": "index" },
        grants: [clock(), console()],
        configuration: { seconds: "6" },
      },
    },
    control: "../../../build/search.sock",
    entry: "asker",
  };
});
