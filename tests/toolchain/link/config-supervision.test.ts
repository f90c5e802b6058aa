/**
 * Supervision in `system.ts`: what cannot work, and what it is told when it says so.
 */
import { describe, expect, it } from "vitest";
import { defineSystem } from "../../../index.ts";
import { validateSystem } from "../../../toolchain/link/index.ts";
import { refused } from "./guests.ts";

const A = { component: "./a.wasm" };
const TWO = { name: "s", processes: { a: A, b: A } };

describe("a supervisor that cannot work", () => {
  const rooms = { name: "rooms", strategy: "dynamic", child: "a" };
  const cases: [string, object, string][] = [
    [
      "a child that is there twice",
      { children: ["a", { name: "x", children: ["a"] }] },
      'supervisor.children.1.children.0: expected process "a" once in the tree, and supervisor.children.0 has it, too',
    ],
    [
      "a child that is also made at run time",
      { children: ["a", rooms] },
      'supervisor.children.1.child: expected process "a" once in the tree',
    ],
    [
      "an unknown child",
      { children: ["aa"] },
      'supervisor.children.0: there is no process "aa". Did you mean "a"? There are: a, b.',
    ],
    [
      "a dynamic root",
      { strategy: "dynamic", child: "a" },
      'supervisor.strategy: expected "one_for_one" or "one_for_all" or "rest_for_one", found "dynamic"',
    ],
    [
      "a dynamic one without child",
      { children: [{ name: "rooms", strategy: "dynamic" }] },
      "supervisor.children.0.child: expected a text, found nothing",
    ],
    [
      "a dynamic one with children",
      { children: [{ ...rooms, children: ["b"] }] },
      "supervisor.children.0: no such field: children; allowed: intensity, window, startDeadline, stopDeadline, name, restart, backoff, strategy, child, most",
    ],
    [
      "no children",
      { children: [{ name: "x", children: [] }] },
      "supervisor.children.0: expected children: a list of processes and supervisors, found none; or take the supervisor out",
    ],
    [
      "no name",
      { children: [{ children: ["a"] }] },
      "supervisor.children.0.name: expected a text, found nothing",
    ],
    [
      "the name of another one",
      {
        children: [
          { name: "x", children: ["a"] },
          { name: "x", children: ["b"] },
        ],
      },
      'supervisor.children.1.name: another supervisor is named "x", too',
    ],
    [
      "the name of a process",
      { children: [{ name: "b", children: ["a"] }] },
      'supervisor.children.0.name: "b" is a process; give the supervisor a name of its own',
    ],
    ["too much intensity", { intensity: 17 }, "supervisor.intensity: expected at most 16, found 17"],
    ["no window", { window: 0 }, "supervisor.window: expected at least 0.001, found 0"],
    [
      "a deadline that the kernel cannot count",
      { startDeadline: 2_147_484 },
      "supervisor.startDeadline: expected at most 2147483, found 2147484",
    ],
    [
      "a backoff beyond its limit",
      { children: [{ name: "x", children: ["a"], backoff: { first: 2, limit: 1 } }] },
      "supervisor.children.0.backoff: expected first to be at most limit, found first 2, limit 1",
    ],
    [
      "a restart of the root",
      { restart: "temporary" },
      "supervisor: no such field: restart; allowed: intensity, window, startDeadline, stopDeadline, strategy, children",
    ],
    [
      "a field that is misspelled",
      { children: [{ name: "x", childs: [] }] },
      "supervisor.children.0: no such field: childs",
    ],
    [
      "something else for a child",
      { children: [1] },
      "supervisor.children.0: expected the name of a process, or { name, children }",
    ],
  ];
  it.each(cases)("%s", (_, supervisor, message) => {
    expect(refused(() => validateSystem({ ...TWO, supervisor }, "system.ts"))).toContain(message);
  });

  it("one that is nested too deeply, or in itself", () => {
    const endless: { name: string; children: unknown[] } = { name: "x", children: [] };
    endless.children.push(endless);
    expect(
      refused(() => validateSystem({ ...TWO, supervisor: { children: [endless] } }, "system.ts")),
    ).toContain("expected at most 32 supervisors and processes one below the other");
  });

  it("a template that is called, fused, or where the system starts", () => {
    const supervisor = { children: [rooms] };
    const processes = {
      a: { ...A, domain: "d" },
      b: {
        ...A,
        imports: { "x:y/z": "a", "x:y/v": { process: "b", alternatives: ["a"] }, "x:y/w": { spawn: "b" } },
      },
    };
    const error = refused(() =>
      validateSystem({ name: "s", processes, supervisor, entry: "a" }, "system.ts"),
    );
    expect(error.split("\n").slice(1)).toEqual([
      expect.stringContaining(
        'entry: expected a process that is there; "a" is not: it is what supervisor "rooms"',
      ),
      expect.stringContaining('process "a", domain: a process that is spawned cannot be fused'),
      expect.stringContaining('process "b", imports "x:y/z": "a" is not there at first'),
      expect.stringContaining('process "b", imports "x:y/v": "a" is not there at first'),
      expect.stringContaining(
        'imports "x:y/w", spawn: process "b" is not the child of a dynamic supervisor; write',
      ),
    ]);
  });
});

function wire(value: object): object {
  return { imports: { "x:y/z": value } };
}

describe("fields of a wire or a process", () => {
  const WIRE = "process, interface, plain, onFault, alternatives, queue, cast, deadline, limits";
  const cases: [string, object, string][] = [
    [
      "a field of a wire that is misspelled",
      wire({ process: "b", caste: [] }),
      `process "a", imports.x:y/z: no such field: caste; allowed: ${WIRE}`,
    ],
    [
      "a field that a wire which spawns does not have",
      wire({ spawn: "b", queue: true }),
      'process "a", imports.x:y/z: no such field: queue; allowed: spawn, interface, cast, deadline, limits',
    ],
    [
      "no deadline at all",
      wire({ process: "b", deadline: 0 }),
      'process "a", imports.x:y/z.deadline: expected at least 0.001, found 0',
    ],
    [
      "a cast that is no list",
      wire({ process: "b", cast: "say" }),
      'process "a", imports.x:y/z.cast: expected a list, found "say"',
    ],
    ["no queue", wire({ process: "b", queue: false }), "imports.x:y/z.queue: expected true, found false"],
    [
      "a limit that allows nothing",
      wire({ process: "b", limits: { uses: 0 } }),
      'process "a", imports.x:y/z.limits.uses: expected at least 1, found 0',
    ],
    [
      "a limit that there is not",
      wire({ process: "b", limits: { speed: 1 } }),
      'process "a", imports.x:y/z.limits: no such field: speed; allowed: functions, uses, rate, until',
    ],
    [
      "a priority that there is not",
      { priority: 4 },
      'process "a", priority: expected 0 or 1 or 2 or 3, found 4',
    ],
    [
      "another restart",
      { restart: "always" },
      'restart: expected "permanent" or "transient" or "temporary", found "always"',
    ],
    [
      "a mailbox without room",
      { mailbox: { messages: 0 } },
      'process "a", mailbox.messages: expected at least 1, found 0',
    ],
    [
      "a field of a mailbox that there is not",
      { mailbox: { size: 1 } },
      'process "a", mailbox: no such field: size; allowed: messages, bytes',
    ],
    [
      "a backoff beyond its limit",
      { backoff: { first: 3, limit: 2 } },
      'process "a", backoff: expected first to be at most limit, found first 3, limit 2',
    ],
    [
      "a backoff that is half said",
      { backoff: { first: 3 } },
      'process "a", backoff.limit: expected a number, found nothing',
    ],
    ["a time that is no number", { stopDeadline: "1 s" }, 'stopDeadline: expected a number, found "1 s"'],
    ["records that are none", { quotas: { records: 0 } }, "quotas.records: expected at least 1, found 0"],
  ];
  it.each(cases)("%s", (_, process, message) => {
    const system = { name: "s", supervisor: {}, processes: { a: { ...A, ...process }, b: A } };
    expect(refused(() => validateSystem(system, "system.ts"))).toContain(message);
  });

  it("are types, too, and come from JSON as well", () => {
    const system = defineSystem({
      name: "typed",
      supervisor: {
        window: 0.5,
        children: [
          "a",
          {
            name: "inner",
            strategy: "one_for_all",
            children: [{ name: "rooms", strategy: "dynamic", child: "b" }],
          },
        ],
      },
      processes: {
        a: {
          ...A,
          priority: 0,
          imports: {
            "x:y/z": { spawn: "b", cast: ["say"], deadline: 2.5 },
            "x:y/w": { process: "a", queue: true },
          },
        },
        b: { ...A, mailbox: { bytes: 1 }, quotas: { records: 2 } },
      },
    });
    expect(validateSystem(system, "system.ts")).toEqual(system);
    expect(validateSystem(JSON.parse(JSON.stringify(system)), "system.json")).toEqual(system);
    const unknownChild = defineSystem({
      // @ts-expect-error There is no process "c".
      name: "wrong",
      supervisor: { children: ["c"] },
      processes: { a: A },
    });
    expect(refused(() => validateSystem(unknownChild, "system.ts"))).toContain('there is no process "c"');
    const unknownTemplate = defineSystem({
      // @ts-expect-error There is no process "d".
      name: "wrong",
      supervisor: {},
      processes: { a: { ...A, imports: { "x:y/z": { spawn: "d" } } } },
    });
    expect(refused(() => validateSystem(unknownTemplate, "system.ts"))).toContain('there is no process "d"');
  });
});

describe("without a supervisor", () => {
  const cases: [string, object][] = [
    ["restart", { restart: "permanent" }],
    ["startDeadline", { startDeadline: 1 }],
    ["stopDeadline", { stopDeadline: 1 }],
    ["backoff", { backoff: { first: 1, limit: 2 } }],
    ["priority", { priority: 1 }],
    ["mailbox", { mailbox: {} }],
    ["quotas.records", { quotas: { records: 1 } }],
    ['imports "x:y/z", cast', { imports: { "x:y/z": { process: "b", cast: ["f"] } } }],
    ['imports "x:y/z", deadline', { imports: { "x:y/z": { process: "b", deadline: 1 } } }],
    ['imports "x:y/z", queue', { imports: { "x:y/z": { process: "b", queue: true } } }],
    ['imports "x:y/z", limits', { imports: { "x:y/z": { process: "b", limits: { rate: 1 } } } }],
    ['imports "x:y/z", spawn', { imports: { "x:y/z": { spawn: "b" } } }],
  ];
  it.each(cases)("%s is refused, and says what to add", (field, process) => {
    const system = { name: "s", processes: { a: { ...A, ...process }, b: A } };
    expect(refused(() => validateSystem(system, "system.ts"))).toContain(
      `process "a", ${field}: only a system under supervision has that; add supervisor: {} beside processes`,
    );
  });
});
