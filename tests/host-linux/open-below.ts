/** What this process holds open of a directory and what lies below it. */
import { readdirSync, readlinkSync } from "node:fs";

export function openBelow(path: string): number {
  const links = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return links.filter((link) => link.startsWith(path)).length;
}
