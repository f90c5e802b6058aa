/** Questions about a system that was linked: what is found under which name, and what is said. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  blastSet,
  capabilityGraph,
  describePlan,
  printBlast,
  printCallers,
  printDescription,
  printGraph,
  printReach,
  reachableFrom,
  whoMayCall,
  type CapabilityGraph,
} from "../../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../../toolchain/link/plan.ts";
import { ALLOCATOR, component, CLOCK, CONSOLE, linked, refused } from "../guests.ts";

const WIT = `package t:words@1.2.0;
  interface api { add: func(a: u32) -> u32; shout: func(text: string); spare: func(); }
  interface more { go: func(); }`;

let plan: LinkPlan;
let graph: CapabilityGraph;

/** main → middle → words, which writes to the console; main imports words too, and never calls it. */
beforeAll(async () => {
  const words = await component(
    `${WIT} world w { import atoll:device/console@0.1.0; import atoll:device/clock@0.1.0; export api; }`,
    `(module
       (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
       ${ALLOCATOR}
       (data (i32.const 0) "0123456789")
       (func (export "t:words/api@1.2.0#add") (param i32) (result i32) (local.get 0))
       (func (export "t:words/api@1.2.0#spare"))
       (func (export "t:words/api@1.2.0#shout") (param i32 i32) (call $write (local.get 0) (local.get 1))))`,
  );
  const middle = await component(
    `${WIT} world w { import api; export more; }`,
    `(module
       (import "t:words/api@1.2.0" "add" (func $add (param i32) (result i32)))
       (import "t:words/api@1.2.0" "shout" (func $shout (param i32 i32)))
       ${ALLOCATOR}
       (func (export "t:words/more@1.2.0#go")
         (drop (call $add (i32.const 1))) (call $shout (i32.const 0) (i32.const 0))))`,
  );
  const main = await component(
    `${WIT} world w { import api; import more; export run: func(); }`,
    `(module
       (import "t:words/more@1.2.0" "go" (func $go))
       (import "t:words/api@1.2.0" "spare" (func $spare))
       (func (export "run") (call $go)))`,
  );
  ({ plan } = linked(
    {
      main: { bytes: main, imports: { "t:words/more": "middle", "t:words/api": "words" } },
      middle: { bytes: middle, imports: { "t:words/api": "words" } },
      words: { bytes: words, grants: [CONSOLE, CLOCK] },
    },
    "main",
  ));
  graph = capabilityGraph(plan);
});

const callers = (name: string) => {
  const { direct, through } = whoMayCall(graph, name);
  return [...direct, ...through].map(({ way }) => way.join(" → "));
};

describe("who may call", () => {
  it.each([
    ["words", ["middle → words", "main → middle → words"]],
    ["t:words/api", ["middle → words", "main → middle → words"]],
    ["t:words/api@1.2.0", ["middle → words", "main → middle → words"]],
    ["t:words/api@1.0.0", ["middle → words", "main → middle → words"]],
    ["t:words/api#shout", ["middle → words", "main → middle → words"]],
    ["t:words/api@1.2.0#spare", []],
    ["t:words/more#go", ["main → middle"]],
    ["main", []],
    ["run", []],
    ["console", ["words → console", "middle → words → console", "main → middle → words → console"]],
    [
      "atoll:device/console#write-line",
      ["words → console", "middle → words → console", "main → middle → words → console"],
    ],
    [
      "console#write-line",
      ["words → console", "middle → words → console", "main → middle → words → console"],
    ],
    ["atoll:device/console@0.1.0#read-line", []],
    ["clock", []],
    ["directory", []],
  ])("%s", (name, ways) => {
    expect(callers(name)).toEqual(ways);
  });

  it("says where the system starts, and who imports without calling", () => {
    expect(printCallers(whoMayCall(graph, "main"))).toBe(
      "process main: no process may call it\nthe system starts here: run\n",
    );
    expect(printCallers(whoMayCall(graph, "run"))).toMatch(
      /^function run: .*\nthe system starts here: run\n$/,
    );
    expect(whoMayCall(graph, "t:words/api").unused).toEqual(["main"]);
    expect(printCallers(whoMayCall(graph, "t:words/api#shout"))).toBe(`\
function t:words/api#shout: 2 processes may call it

directly
  middle → words  t:words/api@1.2.0 (plain): shout

through others
  main → middle → words
`);
    expect(printCallers(whoMayCall(graph, "t:words/api#spare"))).toBe(
      "function t:words/api#spare: no process may call it\n\nimported and never called, so not linked: main\n",
    );
  });

  it("names the nearest, and what there is, when there is no such thing", () => {
    expect(refused(() => whoMayCall(graph, "midle"))).toBe(`\
unknown: there is no process, device, interface or function "midle". Did you mean "middle"?
Processes: words, middle, main.
Devices: console.
Interfaces: t:words/api@1.2.0, t:words/more@1.2.0, run.`);
    const message = refused(() => whoMayCall(graph, "t:words/api#shot"));
    expect(message).toContain('Did you mean "t:words/api#shout"?');
    expect(message).toMatch(/\nFunctions of t:words\/api: .*#add, .*#shout, .*#spare\.$/);
    expect(refused(() => whoMayCall(graph, "t:words/api@2.0.0"))).toMatch(/^unknown: /);
    expect(refused(() => whoMayCall(graph, ""))).toMatch(/^unknown: there is no .* ""/);
  });
});

describe("the other views", () => {
  it("tell what a process reaches", () => {
    expect(printReach(reachableFrom(graph, "main"))).toBe(`\
process main reaches 2 processes, 1 device, 4 functions

processes
  middle  main → middle
  words   main → middle → words

devices
  console  main → middle → words → console

functions
  atoll:device/console@0.1.0#write-line  main → middle → words → console
  t:words/api@1.2.0#add                  main → middle → words
  t:words/api@1.2.0#shout                main → middle → words
  t:words/more@1.2.0#go                  main → middle
`);
    expect(refused(() => reachableFrom(graph, "word"))).toBe(
      'unknown: there is no process "word". Did you mean "words"? Processes: words, middle, main.',
    );
  });

  it("tell who falls", () => {
    expect(printBlast(blastSet(graph, "words"))).toBe(
      "when words traps, 2 other processes fall\n  middle  middle → words\n  main    main → middle → words\n",
    );
    expect(printBlast(blastSet(graph, "main"))).toBe("when main traps, no other process falls\n");
  });

  it("draw a tree", () => {
    expect(printGraph(graph)).toBe(`\
system test: 3 processes, 1 device, 3 edges

[main] starts here: run
└─ t:words/more@1.2.0 ─ plain → [middle]: go
   └─ t:words/api@1.2.0 ─ plain → [words]: add, shout
      └─ atoll:device/console@0.1.0 ─ plain → (console): write-line
`);
  });

  it("add up the sizes of what is linked", () => {
    const { sizes, modules } = describePlan(plan);
    const bytes = modules.reduce((sum, module) => sum + module.bytes, 0);
    const { sourceMap, ...inModules } = sizes.total;
    expect(sourceMap).toBe(0);
    expect(Object.values(inModules).reduce((a, b) => a + b, 0)).toBe(bytes);
    const words = sizes.components.find(({ component }) => component === "words");
    // Its section: identifier, size, count; flags, offset, size; then the bytes.
    expect(words).toMatchObject({ processes: ["words"], data: 3 + 5 + 10 });
    expect(words?.code).toBeGreaterThan(0);
    expect(words?.adapters).toBeGreaterThan(0);
  });

  it("list modules only when asked", () => {
    const description = describePlan(plan);
    const text = printDescription(description);
    expect(text).toMatch(
      /\nmodules: 3 guest, [\d,]+ bytes; \d+ adapter, [\d,]+ bytes; 1 liveness, \d+ bytes; 1 transfer, \d+ bytes; all with --modules\n$/,
    );
    expect(text).not.toContain("adapter-");
    expect(printDescription(description, { modules: true })).toMatch(/\nmodules\n {2}words +guest /);
    expect(text).toContain("takes down when it traps: middle, main");
  });
});
