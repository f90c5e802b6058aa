/**
 * The notes of `../system.ts`, with the same store, answered by a program in the full dialect.
 *
 * `atoll run system.ts -- PORT DIRECTORY`, after `atoll setup full`
 */
import { defineSystem, dir } from "atoll-os";

export default defineSystem(({ arguments: [port = "8080", folder = "../data"] }) => ({
  name: "notes",
  processes: {
    store: { component: "../store.ts", grants: [dir(folder, "read-write")] },
    web: { component: "./web.ts", imports: { "notes:store/api-guarded": "store" } },
  },
  supervisor: { children: ["store"] },
  http: { port: Number(port), handler: "web" },
}));
