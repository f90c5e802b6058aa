/**
 * Resources that a lean program uses: classes around handles, in a linked system.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildApps, compileLean } from "../../../toolchain/compile/index.ts";
import { bringUp, call } from "../link/bring-up.ts";
import { linked } from "../link/guests.ts";
import { blobProvider, BLOBS, trapOf } from "../link/resource-guests.ts";
import { Folder } from "./guest.ts";

async function system(
  program: string,
): Promise<{ run: (name: string, ...args: number[]) => unknown; live: () => unknown }> {
  using folder = await new Folder().write({
    "app.ts": `import { Blob, live, both, total, many, maybe } from "t:r/blobs";\n${program}`,
    "wit/blobs.wit": `package t:r;\n${BLOBS}`,
  });
  const { component } = await compileLean({ app: folder.file("app.ts") });
  const { plan } = linked({
    app: { bytes: component, imports: { "t:r/blobs": "blobs" } },
    blobs: { bytes: await blobProvider() },
  });
  const running = bringUp(plan);
  return {
    run: (name, ...args) => call(running, "app", `local:app/api#${name}`, ...args),
    live: () => call(running, "blobs", "t:r/blobs#live"),
  };
}

it("is lent from app to app, inside lists and options too", async () => {
  using folder = await new Folder().write({
    "middle.ts": `import { Blob } from "t:r/blobs";
      export function sum(all: Blob[], more: Blob | null): u32 {
        let sum: u32 = more === null ? 0 : more.get();
        for (let i = 0; i < all.length; i++) sum += all[i].get();
        return sum;
      }`,
    "top.ts": `import { Blob } from "t:r/blobs";
      import { sum, trySum } from "local:middle/api";
      export function run(): u32 {
        const all = [new Blob(1), new Blob(20)];
        const first = sum(all, null);
        const second = trySum(all, new Blob(300));
        return first * 1000 + second.value + all[1].get();
      }
      export function collect(): void { __collect(); }`,
    "wit/blobs.wit": `package t:r;\n${BLOBS}`,
  });
  const [middle, top] = await buildApps([folder.file("middle.ts"), folder.file("top.ts")]);
  expect(middle?.exported).toContain(
    "sum: func(all: list<borrow<blob>>, more: option<borrow<blob>>) -> u32;",
  );
  const bytes = (built: typeof top): Uint8Array => new Uint8Array(readFileSync(built?.output ?? ""));
  const { plan } = linked({
    top: { bytes: bytes(top), imports: { "local:middle/api": "middle", "t:r/blobs": "blobs" } },
    middle: { bytes: bytes(middle), imports: { "t:r/blobs": "blobs" } },
    blobs: { bytes: await blobProvider() },
  });
  const running = bringUp(plan);
  expect(call(running, "top", "local:top/api#run")).toBe(21_341);
  call(running, "top", "local:top/api#collect");
  expect(call(running, "blobs", "t:r/blobs#live")).toBe(0);
});

describe("an imported resource is a class", () => {
  it("with a constructor, methods, static functions and drop", async () => {
    const { run, live } = await system(`
      export function all(n: u32): u32 {
        const a = new Blob(n);
        const b = new Blob(2);
        const sum = Blob.sum(a, b) * 1000 + a.get();
        const joined = a.join(b);
        a.drop();
        a.drop();
        return sum + joined;
      }
      export function count(): u32 { return live(); }`);
    expect(run("all", 40)).toBe(42_000 + 40 + 42);
    expect([run("count"), live()]).toEqual([0, 0]);
  });

  it("inside lists, options and tuples", async () => {
    const { run, live } = await system(`
      export function lists(n: u32): u32 {
        const blobs = many(n);
        const sum = total(blobs);
        for (let i = 0; i < blobs.length; i++) blobs[i].drop();
        return sum;
      }
      export function options(n: u32): u32 {
        const blob = new Blob(n);
        const found = maybe(blob) * 100 + maybe(null);
        blob.drop();
        return found;
      }
      export function tuples(n: u32): u32 {
        const pair = both(new Blob(n));
        const value = pair._0.get() * 100 + pair._1;
        pair._0.drop();
        return value;
      }`);
    expect([run("lists", 5), run("options", 3), run("tuples", 6)]).toEqual([10, 377, 606]);
    expect(live()).toBe(0);
  });

  it("that is dropped when nobody has its object any more", async () => {
    const { run, live } = await system(`
      let kept: Blob[] = [];
      export function churn(n: u32): u32 { let sum: u32 = 0; for (let i: u32 = 0; i < n; i++) sum += new Blob(1).get(); return sum; }
      export function keep(n: u32): u32 { kept = many(n); return total(kept); }
      export function collect(): void { __collect(); }`);
    expect(run("churn", 20_000)).toBe(20_000);
    expect(live()).toBeLessThan(10_000);
    expect(run("keep", 7)).toBe(21);
    run("collect");
    expect(live()).toBe(7);
  });

  it("whose objects are of no use once they are given away", async () => {
    const { run } = await system(`
      export function use(): u32 {
        const a = new Blob(1);
        const b = new Blob(2);
        a.join(b);
        return b.get();
      }`);
    expect(trapOf(() => run("use"))).toBe("trap: unknown handle");
  });
});
