/** Handle tables and what crosses with them, by the specification's rules. */
import { describe, expect, test } from "vitest";
import {
  callFunction,
  type CoreValue,
  HandleTable,
  liftParams,
  liftResult,
  lowerParams,
  resourceDrop,
  resourceNew,
  resourceRep,
  type ResourceType,
  serveFunction,
  Subtask,
  Task,
  Trap,
  type ValueType,
} from "../../../toolchain/abi/index.ts";
import * as t from "./short-types.ts";

const blob: ResourceType = { name: { name: "blob" } };
const other: ResourceType = { name: { name: "other" } };
const own: ValueType = { kind: "own", resource: blob };
const borrow: ValueType = { kind: "borrow", resource: blob };
const never = (): boolean => false;
const always = (): boolean => true;
const keep = (): void => {};

describe("a table", () => {
  test("gives indices from 1, last freed first", () => {
    const table = new HandleTable();
    expect([10, 20, 30].map((rep) => resourceNew(table, blob, rep))).toEqual([1, 2, 3]);
    const dropped: number[] = [];
    for (const index of [1, 3]) resourceDrop(table, blob, index, (rep) => dropped.push(rep));
    expect(dropped).toEqual([10, 30]);
    expect([40, 50, 60].map((rep) => resourceNew(table, blob, rep))).toEqual([3, 1, 4]);
    expect(resourceRep(table, blob, 1)).toBe(50);
  });

  test.each([0, 2, 0xffff_ffff])("does not know handle %i", (index) => {
    const table = new HandleTable();
    resourceNew(table, blob, 1);
    const rule = new Trap(`unknown handle ${index}`, "Table State");
    expect(() => resourceRep(table, blob, index)).toThrow(rule);
    expect(() => resourceDrop(table, blob, index, keep)).toThrow(rule);
  });

  test("knows each handle's type", () => {
    const table = new HandleTable();
    resourceNew(table, blob, 1);
    expect(() => resourceRep(table, other, 1)).toThrow("handle 1 is of another resource type");
    expect(() => resourceDrop(table, other, 1, keep)).toThrow("handle 1 is of another resource type");
  });
});

describe("an own", () => {
  test("leaves the giver's table for the receiver's", () => {
    const [giver, receiver] = [new HandleTable(), new HandleTable()];
    resourceNew(receiver, other, 0);
    const index = resourceNew(giver, blob, 7);
    const reps = liftParams({ handles: { table: giver, implements: never } }, t.func([own]), [index]);
    expect(reps).toEqual([7]);
    expect(lowerParams({ handles: { table: receiver, implements: always } }, t.func([own]), reps)).toEqual([
      2,
    ]);
    expect(() => giver.get(index)).toThrow("unknown handle 1");
    expect(resourceRep(receiver, blob, 2)).toBe(7);
  });

  test("cannot be made of a borrow", () => {
    const table = new HandleTable();
    const handles = { table, implements: never, task: new Task() };
    expect(lowerParams({ handles }, t.func([borrow]), [7])).toEqual([1]);
    expect(() => liftResult({ handles }, t.func([], own), [1])).toThrow("handle 1 is borrowed");
  });
});

/** A caller with one handle, and a callee that gets a handle of its own. */
function call(callee: (table: HandleTable, index: number) => void, implementer = never): HandleTable {
  const [ours, theirs] = [new HandleTable(), new HandleTable()];
  resourceNew(ours, blob, 7);
  const func = (index: CoreValue): void => callee(theirs, Number(index));
  const target = { func, handles: { table: theirs, implements: implementer } };
  serveFunction({ handles: { table: ours, implements: never } }, t.func([borrow]), (rep) => {
    callFunction(target, t.func([borrow]), [rep]);
  })(1);
  return ours;
}

describe("a borrow", () => {
  test("is the rep for who implements the resource", () => {
    call((_, rep) => expect(rep).toBe(7), always);
  });

  test("is a handle for others, dropped before they return, without a destructor", () => {
    const ours = call((table, index) => {
      expect([index, resourceRep(table, blob, index)]).toEqual([1, 7]);
      resourceDrop(table, blob, index, () => expect.unreachable());
    });
    resourceDrop(ours, blob, 1, keep);
  });

  test("must not be kept", () => {
    expect(() => call(keep)).toThrow(
      new Trap("a borrowed handle must be dropped before the call returns", "Tasks"),
    );
  });

  test("keeps its lender in place", () => {
    const table = new HandleTable();
    resourceNew(table, blob, 7);
    const subtask = new Subtask();
    const handles = { table, implements: never, subtask };
    expect(() => liftParams({ handles }, t.func([borrow, own]), [1, 1])).toThrow("handle 1 is lent");
    resourceNew(table, blob, 8);
    liftParams({ handles }, t.func([borrow, borrow]), [1, 1]);
    expect(() => resourceDrop(table, blob, 1, keep)).toThrow("handle 1 is lent");
  });
});
