/** `atoll ps`, `atoll kill`, `atoll stop`: a running system by its control socket, and where there is none. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { watchedFolder, type WatchedFolder } from "./watched-folder.ts";

let folder: WatchedFolder;
beforeEach(async () => {
  folder = await watchedFolder();
});
afterEach(() => folder.close());

describe("atoll ps", () => {
  it("lists the processes of ./system.ts, and their sum", async () => {
    const { kernel, pids, handles } = folder.system;
    kernel.send([abi.EVENT_CLOCK, 2_500_000]);
    kernel.send([abi.EVENT_USED, pids.front, 12_345]);
    kernel.send([abi.EVENT_ENDED, pids.store, 1, abi.REASON_CRASHED]);
    kernel.send([abi.EVENT_CLOCK, 2_600_000]);
    kernel.send([abi.EVENT_STARTED, pids.store, 2]);
    kernel.send([abi.EVENT_CAST, pids.front, handles.store, 0, 4, 1]);
    kernel.send([abi.EVENT_CALL, pids.front, handles.store, 1, 4, 0, 2]);
    const { code, stdout, stderr } = await folder.atoll("ps");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(
      [
        "  PID  NAME   STATE    RESTARTS  MAIL  HANDLES  RECORDS     CPU  LAST END  WAITS FOR",
        "65537  chat   up              0     0        0        0       0",
        "65538  front  waiting         0     0        2        0  12,345            store",
        "65539  store  ready           1     2        0        0       0  crashed",
        "65540  rooms  up              0     0        0        0       0",
        "",
        "4 processes, 2 messages, 2 handles, 0 timers, 12,345 fuel, 2.6 s since the start",
        "",
      ].join("\n"),
    );
  });

  it("prints the records as JSON, also by the socket's path", async () => {
    const { code, stdout } = await folder.atoll("ps", "run.sock", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await folder.system.control.look());
  });
});

describe("atoll kill and atoll stop", () => {
  it("end a process by its name or pid, and say how it was", async () => {
    const { pids, control } = folder.system;
    expect(await folder.atoll("kill", "front")).toMatchObject({
      code: 0,
      stdout: `front (pid ${pids.front}) was running: killed\n`,
    });
    expect(await folder.atoll("stop", String(pids.store), "system.ts")).toMatchObject({
      code: 0,
      stdout: `store (pid ${pids.store}) was idle: stopped\n`,
    });
    const { processes } = await control.look();
    expect(processes.slice(1, 3)).toMatchObject([
      { name: "front", lastEnd: "killed", restarts: 1 },
      { name: "store", state: "down" },
    ]);
    const { code, stderr } = await folder.atoll("kill", "store");
    expect([code, stderr]).toEqual([1, "atoll: chat: store cannot be killed now: it is down.\n"]);
  });

  it.each(["fornt", "9".repeat(400)])("say who there is when there is nobody named %s", async (name) => {
    const { code, stderr } = await folder.atoll("kill", name);
    expect([code, stderr]).toEqual([
      1,
      `atoll: chat: expected the name or pid of a process, found "${name}"; there are chat, front, store, rooms.\n`,
    ]);
  });
});

describe("a system that nobody can see into", () => {
  const cases: [string, string, RegExp][] = [
    [
      "grants no control",
      "closed.ts",
      /^atoll: closed\.ts: the system grants no control, so nobody can see into it while it runs\.\nWrite control: "\.\/run\.sock" into its description, beside supervisor/,
    ],
    [
      "does not run",
      "idle.ts",
      /^atoll: idle is not running: nobody listens on idle\.sock\.\nStart it with atoll run/,
    ],
    ["is not there", "nothing.ts", /^atoll: nothing\.ts: .*there is no such file/],
    [
      "is no system",
      "app.ts",
      /^atoll: app\.ts: expected a system \(\.ts or \.atoll\) or its control socket, found one component/,
    ],
  ];
  it.each(cases)("%s", async (_, system, message) => {
    writeFileSync(join(folder.path, "app.ts"), "export function run(): i32 { return 0; }\n");
    for (const command of ["ps", "tree", "trace"]) {
      const { code, stdout, stderr } = await folder.atoll(command, system);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/defect|\n\s+at /);
    }
  });

  it("hangs in an endless loop", async () => {
    folder.system.hang();
    const { code, stderr } = await folder.atoll("ps");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^atoll: chat has not answered for 1 second: .* One with quotas\.slice would be interrupted\.\n$/,
    );
  });

  it("is of another Atoll, or of somebody else's program", async () => {
    const answers = ['{"atoll":2,"answer":{}}', "hello"];
    const server = createServer((connection) => {
      connection.on("error", () => {}).on("data", () => connection.end(`${answers.shift()}\n`));
    });
    await new Promise<void>((resolve) => server.listen(join(folder.path, "other.sock"), resolve));
    const said = [await folder.atoll("ps", "other.sock"), await folder.atoll("ps", "other.sock")];
    server.close();
    expect(said.map(({ code }) => code)).toEqual([1, 1]);
    expect(said[0]?.stderr).toBe(
      "atoll: other.sock: expected an answer of version 1, found version 2: another Atoll runs it.\n",
    );
    expect(said[1]?.stderr).toBe(
      "atoll: other.sock: expected an answer of version 1, found none: another Atoll runs it.\n",
    );
  });
});
