/**
 * Search as a service: a client asks all the time, and whoever may open the
 * control socket looks at the processes, and kills what they like.
 *
 * `atoll run service-system.ts -- TEXTS SOCKET SECONDS`
 */
import { join, resolve } from "node:path";
import { clock, console, defineSystem, type SystemConfig } from "atoll-os";
import search from "./system.ts";

/** Where only the owner of the checkout can open it. */
const SOCKET = join(import.meta.dirname, "../../../build/search.sock");

export default defineSystem<string>((launch) => {
  const [, socket, seconds = "6"] = launch.arguments;
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
        configuration: { seconds },
      },
    },
    control: socket === undefined ? SOCKET : resolve(socket),
    entry: "asker",
  };
});
