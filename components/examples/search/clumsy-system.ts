/** The same system with a tokenizer that traps: query outlives it. */
import { defineSystem } from "atoll-os";
import search from "./system.ts";

export default defineSystem((launch) => {
  const system = search(launch);
  return { ...system, processes: { ...system.processes, tokenizer: { component: "./clumsy.ts" } } };
});
