/** Systems with resources on the host: from the plan's file, and what a user is told of a bad handle. */
import { Writable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { runSystem, trapText } from "../../host-linux/index.ts";
import { parsePlan, PlanError, serialisePlan } from "../../toolchain/link/plan-file.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { component, linked } from "../toolchain/link/guests.ts";
import { blobProvider, BLOBS } from "../toolchain/link/resource-guests.ts";

/** A system whose entry does this with a blob of 40 in the local `$h`. */
async function system(what: string): Promise<LinkPlan> {
  const bytes = await component(
    `package t:r; ${BLOBS} world w { import blobs; export run: func() -> u32; }`,
    `(module
       (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
       (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
       (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
       (func (export "run") (result i32) (local $h i32) (local.set $h (call $make (i32.const 40))) ${what}))`,
  );
  const blobs = { bytes: await blobProvider() };
  return linked({ app: { bytes, imports: { "t:r/blobs": "blobs" } }, blobs }, "app").plan;
}

async function outcomeOf(plan: LinkPlan): Promise<string> {
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const outcome = await runSystem(parsePlan(serialisePlan(plan)), { base: ".", stdout });
  if (outcome.kind === "ended") return `ended with ${outcome.exitCode}`;
  return outcome.kind === "trapped" ? (trapText(outcome.report).split("\n")[0] ?? "") : outcome.kind;
}

describe("a system with a resource", () => {
  it("runs from its file", async () => {
    expect(await outcomeOf(await system("(call $get (local.get $h)) (call $drop (local.get $h))"))).toBe(
      "ended with 40",
    );
  });

  it("tells of a bad handle between two processes", async () => {
    expect(await outcomeOf(await system("(call $get (i32.const 9))"))).toBe(
      "a value between app and blobs (t:r/blobs) was refused: unknown handle",
    );
  });

  it("tells of a bad handle that a process drops", async () => {
    expect(await outcomeOf(await system("(call $drop (i32.const 9)) (i32.const 0)"))).toBe(
      "a value between app and its handles (atoll:handles) was refused: unknown handle",
    );
  });
});

describe("a plan that says wrong things of handles is refused", () => {
  let plan: LinkPlan;
  beforeAll(async () => {
    plan = await system("(local.get $h)");
  });

  function refusal(change: (root: LinkPlan["root"]) => LinkPlan["root"]): string {
    try {
      parsePlan(serialisePlan({ ...plan, root: change(plan.root) }));
    } catch (error) {
      if (error instanceof PlanError) return error.message;
      throw error;
    }
    return "taken";
  }

  it.each([
    [
      "no module of handles",
      (root: LinkPlan["root"]) => {
        const { handles, ...rest } = root;
        return handles === undefined ? root : rest;
      },
      "the plan has no handle module",
    ],
    [
      "another module in its place",
      (root: LinkPlan["root"]) => ({
        ...root,
        ...(root.handles && { handles: { ...root.handles, module: 0 } }),
      }),
      "expected a module of role handles, found guest",
    ],
    [
      "a table of nobody",
      (root: LinkPlan["root"]) => ({
        ...root,
        ...(root.handles && { handles: { ...root.handles, tables: [{ process: 7, instance: 0 }] } }),
      }),
      "root.handles.tables.0.process",
    ],
  ])("%s", (_, change, message) => {
    expect(refusal((root) => root)).toBe("taken");
    expect(refusal(change)).toContain(message);
  });
});
