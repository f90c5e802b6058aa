/** `atoll trace`: what happened in a running system, and what goes on. */
import { afterEach, beforeEach, expect, it } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { start } from "./atoll.ts";
import { watchedFolder, type WatchedFolder } from "./watched-folder.ts";

let folder: WatchedFolder;
beforeEach(async () => {
  folder = await watchedFolder();
});
afterEach(() => folder.close());

it("tells with times and names what happened", async () => {
  const { kernel, pids, handles } = folder.system;
  kernel.send([abi.EVENT_CLOCK, 12_345_678]);
  kernel.send([abi.EVENT_CALL, pids.front, handles.store, 1, 20, 0, 8]);
  const { code, stdout, stderr } = await folder.atoll("trace");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe(
    [
      "     0.000 s  the system is started",
      "     0.000 s  front is started",
      "     0.000 s  front has started",
      "     0.000 s  store is started",
      "     0.000 s  store has started",
      "     0.000 s  front may use store, by the plan",
      "     0.000 s  front may make processes under rooms, by the plan",
      "     0.000 s  front, chat:front/main#run, is called from outside",
      "    12.346 s  front calls store, chat:store/api#get (20 bytes)",
      "",
    ].join("\n"),
  );
  expect((await folder.atoll("trace", "--all")).stdout).toContain("the time is 12.346 s\n");
});

it("prints entries as JSON", async () => {
  const { stdout } = await folder.atoll("trace", "run.sock", "--json");
  const trace = JSON.parse(stdout) as { entries: object[] };
  expect(trace).toMatchObject({ missed: false, newest: expect.any(Number) });
  expect(trace.entries[0]).toEqual({
    number: expect.any(Number),
    time: 0,
    what: "boot",
    from: "event",
    text: "the system is started",
  });
});

it("follows until the system ends, and says what it missed", async () => {
  const { child, ended, said } = start(["trace", "--follow"], { cwd: folder.path });
  await said("is called from outside");
  const { kernel, pids } = folder.system;
  kernel.send([abi.EVENT_KILL, pids.front]);
  await said("front is restarted (life 2)");
  for (let i = 1; i <= 100; i++) kernel.send([abi.EVENT_CLOCK, i]);
  kernel.send([abi.EVENT_KILL, pids.store]);
  await said("store was ended: killed");
  folder.close();
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  expect(stdout.match(/the system is started/g)).toHaveLength(1);
  expect(stderr).toBe("atoll: note: some events came too fast, and are not kept any more\nchat has ended.\n");
  child.kill();
});

it("follows in lines of JSON, and ends with Ctrl-C", async () => {
  const { child, ended, said } = start(["trace", "-f", "--json"], { cwd: folder.path });
  await said("is called from outside");
  child.kill("SIGINT");
  const { signal, stdout } = await ended;
  expect(signal).toBe("SIGINT");
  const entries = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string });
  expect(entries[0]?.text).toBe("the system is started");
});
