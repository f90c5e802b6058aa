/** A run from outside: its JSON, its filters, who is missing, and who did not do the work. */
import { join } from "node:path";
import { IPC } from "../../../bench/ipc/benchmark.ts";
import { describe, expect, test, vi } from "vitest";
import { CASES, expectedChecksum, caseNamed } from "../../../bench/ipc/cases.ts";
import type { Effort } from "../../../bench/harness/measure.ts";
import { jcoVersion } from "../../../bench/ipc/peers/jco.ts";
import { type Command, NotInstalled, onPath, type Peer } from "../../../bench/harness/peer.ts";
import type { Report } from "../../../bench/harness/report/report.ts";
import { terminalReport } from "../../../bench/harness/report/table.ts";
import { run } from "../../../bench/harness/run.ts";
import { select, UnknownName } from "../../../bench/harness/selection.ts";
import { ROOT } from "../../../bench/harness/workspace.ts";
import { casesOf, TRANSPORTS } from "../../../bench/ipc/transports.ts";
import { type Ended, runNode } from "../program.ts";

const ATOLL = join(ROOT, "bin/atoll.js");
// Some tests may have to compile the lean guests first.
vi.setConfig({ testTimeout: 180_000 });

/** To see that the work is done. */
const TINY: Effort = { samples: 1, sampleTime: 0.1, warmUpTime: 0 };

function bench(signal: AbortSignal, ...options: string[]): Promise<Ended> {
  return runNode([ATOLL, "bench", "ipc", ...options], signal);
}

describe("atoll bench ipc", () => {
  test("prints rows of every case and transport that were asked for", async ({ signal }) => {
    const { status, stdout, stderr } = await bench(
      signal,
      "--quick",
      "--json",
      "--only",
      "u32x2,string-64,raw-import,local-call,floor-wat",
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(Object.keys(report)).toEqual(["machine", "versions", "rows", "missing", "failed", "targets"]);
    expect(report.rows.map((row) => `${row.case} ${row.transport}`)).toEqual([
      "u32x2 floor-wat",
      "u32x2 raw-import",
      "u32x2 local-call",
      "string-64 floor-wat",
    ]);
    for (const row of report.rows) {
      expect(Object.keys(row)).toEqual(["case", "transport", "min", "median", "max"]);
      expect(row.min).toBeGreaterThan(0);
      expect(row.median).toBeGreaterThanOrEqual(row.min);
      expect(row.max).toBeGreaterThanOrEqual(row.median);
    }
    expect(report.machine.cores).toBeGreaterThan(0);
    expect(report.versions["node"]).toBe(process.versions.node);
    expect(report.missing).toEqual([]);
  });

  test.runIf(process.platform === "linux" && onPath("cc"))(
    "compiles and measures Linux processes",
    async ({ signal }) => {
      const { status, stdout } = await bench(
        signal,
        "--quick",
        "--json",
        "--only",
        "u32x2,bytes-4k-both,pipe,eventfd,shm-futex",
      );
      expect(status).toBe(0);
      const { rows } = JSON.parse(stdout) as Report;
      expect(rows.map((row) => `${row.case} ${row.transport}`)).toEqual([
        "u32x2 pipe",
        "u32x2 eventfd",
        "u32x2 shm-futex",
        "bytes-4k-both pipe",
        "bytes-4k-both shm-futex",
      ]);
    },
  );

  test("refuses a name that nothing has, and lists the names", async ({ signal }) => {
    const { status, stdout, stderr } = await bench(signal, "--only", "u32x2,pipes");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain('found "pipes"');
    expect(stderr).toContain("bytes-64k-both");
    expect(stderr).toContain("unix-stream");
  });
});

const names = (only?: string, groups: readonly string[] = []): string[][] => {
  const { cases, transports } = select(IPC, only, groups);
  return [cases.map((c) => c.name), transports.map((t) => t.name)];
};

/** Names of the cases that a transport carries, which carries `also` besides what all do. */
const casesWith = (...also: (string | undefined)[]): string[] =>
  CASES.filter(({ run }) => run.interface === undefined || also.includes(run.interface)).map((c) => c.name);
/** Names of the transports that carry a case, but for those that have to be asked for. */
const carrying = (name: string): string[] =>
  TRANSPORTS.filter((t) => t.group === undefined && casesOf(t).includes(name)).map((t) => t.name);
const inOrder = (names: readonly string[]): string[] =>
  TRANSPORTS.map((t) => t.name as string).filter((name) => names.includes(name));
/** What transports of these names have to carry. */
function rowsOf(transports: RegExp): string[] {
  return TRANSPORTS.filter((t) => transports.test(t.name))
    .flatMap((t) => casesOf(t).map((name) => `${t.name} ${name}`))
    .toSorted();
}

describe("Atoll and the floor", () => {
  test("carry every case, with lean and with hand-written guests", async () => {
    const report = await run(IPC, { ...select(IPC, "atoll*,floor*"), effort: TINY });
    expect(report.missing).toEqual([]);
    expect(report.failed).toEqual([]);
    expect(report.rows.map((row) => `${row.transport} ${row.case}`).toSorted()).toEqual(
      rowsOf(/^(atoll|floor)/),
    );
  });
});

describe("the peers", () => {
  test("carry every case, or are named with what to install", async () => {
    const names = ["jco-1.35", "jco-1.35-mm", "jco-1.16-mm", "jco-1.16-mm-wat"];
    const report = await run(IPC, { ...select(IPC, names.join(",")), effort: TINY });
    expect(report.failed).toEqual([]);
    for (const name of names) {
      const rows = report.rows.filter((row) => row.transport === name);
      if (jcoVersion(name.startsWith("jco-1.35") ? "jco-1-35" : "jco-1-16") !== undefined) {
        expect(rows.map((row) => row.case)).toEqual(
          name.endsWith("-wat") ? casesWith("cell-runs") : casesWith(),
        );
      } else {
        expect(rows).toEqual([]);
        expect(report.missing.find(({ transport }) => transport === name)?.hint).toContain("npm run bench");
      }
    }
  });

  test.runIf(onPath("taskset"))("carry every case between Node's threads and processes", async () => {
    const report = await run(IPC, { ...select(IPC, "worker,child-process"), effort: TINY });
    expect(report.failed).toEqual([]);
    expect(report.rows.map((row) => `${row.transport} ${row.case}`).toSorted()).toEqual(
      rowsOf(/^(worker|child)/),
    );
  });
});

describe("--only", () => {
  const allCases = CASES.map((c) => c.name);
  const allTransports = TRANSPORTS.filter((t) => t.group === undefined).map((t) => t.name);

  test("filters cases and transports, each only when named", () => {
    expect(names()).toEqual([allCases, allTransports]);
    expect(names("record")).toEqual([["record"], allTransports]);
    expect(names("pipe,tcp")).toEqual([allCases, ["pipe", "tcp"]]);
    expect(names("jco*, bytes-64")).toEqual([
      ["bytes-64"],
      ["jco-1.35", "jco-1.35-mm", "jco-1.16-mm", "jco-1.16-mm-wat"],
    ]);
    expect(() => select(IPC, "jko*")).toThrow(UnknownName);
  });

  test("takes transports of a group where the group is asked for, or they are named", () => {
    const native = TRANSPORTS.filter((t) => t.group === "native").map((t) => t.name);
    expect(native).toContain("native-c-call");
    expect(names("record", ["native"])).toEqual([["record"], inOrder([...allTransports, ...native])]);
    expect(names("pipe", ["native"])).toEqual([allCases, inOrder(["pipe", ...native])]);
    expect(names("native-fused,u32x2")).toEqual([["u32x2"], ["native-fused"]]);
  });

  test("leaves out what a transport cannot carry, by a stated rule", () => {
    for (const transport of TRANSPORTS) {
      const most = casesWith(...(transport.also ?? [])).filter(
        (name) => transport.without?.cases.includes(name) !== true,
      );
      expect(casesOf(transport)).toEqual(transport.onlyNumbers === undefined ? most : ["u32x2"]);
    }
    expect(carrying("utf8-utf16-ascii-64k")).toEqual(["atoll-direct-wat", "atoll-fused", "floor-wat"]);
    expect(carrying("borrow-method")).toEqual([
      "atoll-direct-lean",
      "atoll-direct-wat",
      "atoll-fused",
      "atoll-fused-lean",
      "atoll-guarded",
      "atoll-revocable",
      "jco-1.16-mm-wat",
    ]);
  });
});

/** A peer as a program in place: `answer` is the body of a function of (name, rounds) that returns a line. */
function scripted(answer: string): Peer {
  const command: Command = {
    program: process.execPath,
    arguments: [
      "-e",
      `const answer = (name, rounds) => { ${answer} };
       console.log("ready");
       require("readline").createInterface({ input: process.stdin })
         .on("line", (line) => console.log(answer(line.split(" ")[0], Number(line.split(" ")[1]))));`,
    ],
  };
  return { prepare: async () => command };
}

describe("a run", () => {
  const options = { ...select(IPC, "u32x2,pipe,tcp"), effort: TINY };
  const honest = scripted("return `${rounds * 100} ${(rounds * (rounds - 1) / 2) >>> 0}`");

  test("names a peer that is not installed, and what to do", async () => {
    const absent: Peer = {
      prepare: async () => {
        throw new NotInstalled("tcp is not here", "fetch it");
      },
    };
    const report = await run(IPC, { ...options, peers: (name) => (name === "tcp" ? absent : honest) });
    expect(report.missing).toEqual([{ transport: "tcp", reason: "tcp is not here", hint: "fetch it" }]);
    expect(report.failed).toEqual([]);
    expect(report.rows).toEqual([{ case: "u32x2", transport: "pipe", min: 100, median: 100, max: 100 }]);
    expect(terminalReport(IPC, report)).toContain("tcp: tcp is not here. To have it: fetch it");
  });

  test("gives no number to a peer whose checksum is wrong", async () => {
    const wrong = scripted("return `${rounds} ${rounds}`");
    const report = await run(IPC, { ...options, peers: (name) => (name === "tcp" ? wrong : honest) });
    expect(report.rows.map((row) => row.transport)).toEqual(["pipe"]);
    expect(report.failed).toMatchObject([{ case: "u32x2", transport: "tcp" }]);
    expect(report.failed[0]!.reason).toMatch(/expected checksum \d+, found \d+/);
    expect(terminalReport(IPC, report)).toContain("its times mean nothing");
  });

  test("goes on when a peer dies, or says why it cannot", async () => {
    const dying = scripted("process.exit(3)");
    const complaining = scripted("return 'error the callee process ended'");
    const report = await run(IPC, { ...options, peers: (name) => (name === "tcp" ? dying : complaining) });
    expect(report.rows).toEqual([]);
    expect(report.failed.map((failure) => failure.transport)).toEqual(["pipe", "tcp"]);
    expect(report.failed[0]!.reason).toBe("the callee process ended");
    expect(report.failed[1]!.reason).toContain("the peer's process ended");
  });

  test("names a peer that cannot be started", async () => {
    const nowhere: Peer = { prepare: async () => ({ program: "/nowhere/at-all", arguments: [] }) };
    const report = await run(IPC, { ...options, peers: (name) => (name === "tcp" ? nowhere : honest) });
    expect(report.failed).toMatchObject([{ case: "all", transport: "tcp" }]);
  });
});

describe("the reference", () => {
  test("tells a round more, a round less and a stale reply apart", () => {
    for (const c of CASES) {
      const sums = [1, 2, 99, 100].map((rounds) => expectedChecksum(c, rounds));
      expect(new Set(sums).size, c.name).toBe(sums.length);
    }
    const c = caseNamed("bytes-64");
    const conversation = c.converse();
    const stale = Uint8Array.from(c.serve(conversation.request(0)) as Uint8Array);
    for (let i = 0; i < 10; i++) {
      conversation.request(i);
      conversation.take(i, stale);
    }
    expect(conversation.checksum()).not.toBe(expectedChecksum(c, 10));
  });
});
