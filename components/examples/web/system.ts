/**
 * Notes with search: a web service, and the store behind it.
 *
 *     clients ──▶ web (none, or as many as are needed) ──▶ store ──▶ DIRECTORY
 *
 * Whoever answers requests can read and write notes, and nothing else: the directory is
 * the store's, which in turn has no network. Each may crash; the other goes on.
 *
 * `atoll run system.ts -- PORT DIRECTORY`
 */
import { defineSystem, dir } from "atoll-os";

export default defineSystem(({ arguments: [port = "8080", folder = "./data"] }) => ({
  name: "notes",
  processes: {
    store: { component: "./store.ts", grants: [dir(folder, "read-write")] },
    web: { component: "./web.ts", imports: { "notes:store/api": "store" } },
  },
  supervisor: { children: ["store"] },
  http: { port: Number(port), handler: "web" },
}));
