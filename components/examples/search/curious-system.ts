/** The same system with a tokenizer that wants to read files: it does not link. */
import { defineSystem } from "atoll-os";
import search from "./system.ts";

export default defineSystem((launch) => {
  const system = search(launch);
  return { ...system, processes: { ...system.processes, tokenizer: { component: "./curious.ts" } } };
});
