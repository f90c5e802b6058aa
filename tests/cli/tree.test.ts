/** `atoll tree`: the supervision tree of a running system. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchedFolder, type WatchedFolder } from "./watched-folder.ts";

let folder: WatchedFolder;
beforeEach(async () => {
  folder = await watchedFolder();
  for (let i = 0; i < 25; i++) folder.system.spawn();
});
afterEach(() => folder.close());

it("draws it, and sums up what a dynamic supervisor has too many of", async () => {
  const { code, stdout, stderr } = await folder.atoll("tree");
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "chat           one_for_one  up",
    "├─ front                    running",
    "├─ store                    idle",
    "└─ rooms       dynamic      up       25 children",
    "   ├─ room#5                idle",
  ]);
  expect(lines.slice(-3)).toEqual([
    "   ├─ room#24               idle",
    "   └─ …                              5 more: 5 idle",
    "",
  ]);
});

it("draws all of them when asked to", async () => {
  const { stdout } = await folder.atoll("tree", "system.ts", "--all");
  expect(stdout.match(/room#/g)).toHaveLength(25);
  expect(stdout).toMatch(/\n {3}└─ room#29 +idle\n$/);
});

it("prints it as JSON, nested", async () => {
  const { stdout } = await folder.atoll("tree", "run.sock", "--json");
  const tree = JSON.parse(stdout) as { name: string; children: { name: string; children: unknown[] }[] };
  expect(tree.name).toBe("chat");
  expect(tree.children.map(({ name, children }) => [name, children.length])).toEqual([
    ["front", 0],
    ["store", 0],
    ["rooms", 25],
  ]);
});
