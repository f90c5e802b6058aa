/** The promises of programs in QuickJS against those of Node: the same things happen, in the same order. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { array, constantFrom, nat, sample, tuple } from "fast-check";
import { expect, it } from "vitest";

const RUNTIME = join(import.meta.dirname, "../../../toolchain/compile/full/runtime/promise.js");

/** A promise is made of earlier ones, by their numbers; the one of number i tells its outcome as `i`. */
const OPERATIONS = [
  "resolve",
  "reject",
  "then",
  "catch",
  "finally",
  "throw",
  "follow",
  "thenable",
  "all",
  "allSettled",
  "any",
  "race",
] as const;
const step = tuple(constantFrom(...OPERATIONS), array(nat(20), { minLength: 1, maxLength: 3 }));

const CHILD = `
import { readFileSync } from "node:fs";
const Native = Promise;
const { begin, finish } = await import(process.argv[1]);
const Ours = Promise;
globalThis.Promise = Native;
begin();
const text = (value) => value instanceof Error ? [value.name, ...(value.errors ?? [])] : value;
function play(Type, steps) {
  const said = [];
  const made = [Type.resolve("start")];
  for (const [operation, of] of steps) {
    const some = of.map((i) => made[i % made.length]);
    const [one] = some;
    const i = made.length;
    const say = (value) => (said.push(["in", i, text(value)]), "of " + i);
    made.push({
      resolve: () => Type.resolve(i), reject: () => Type.reject(new Error(String(i))),
      then: () => one.then(say), catch: () => one.catch(say), finally: () => one.finally(() => say()),
      throw: () => one.then(() => { throw new RangeError(String(i)); }),
      follow: () => Type.resolve(0).then(() => one),
      thenable: () => new Type((resolve) => resolve({ then: (done) => (say("asked"), done(i)) })),
      all: () => Type.all(some), allSettled: () => Type.allSettled(some), any: () => Type.any(some), race: () => Type.race(some),
    }[operation]());
  }
  made.forEach((one, i) => one.then((value) => said.push([i, text(value)]), (error) => said.push([i, "!", text(error)])));
  return { said, all: Type.allSettled(made) };
}
const answers = [];
for (const steps of JSON.parse(readFileSync(0, "utf8"))) {
  const native = play(Native, steps);
  await native.all;
  const own = play(Ours, steps);
  finish(own.all);
  answers.push([own.said, native.said]);
}
process.stdout.write(JSON.stringify(answers));`;

it("settle as Node's do", () => {
  const programs = sample(array(step, { maxLength: 12 }), { numRuns: 300, seed: 7 });
  const args = ["--input-type=module", "-e", CHILD, RUNTIME];
  const said = execFileSync(process.execPath, args, { input: JSON.stringify(programs) });
  for (const [own, native] of JSON.parse(String(said)) as [unknown, unknown][]) expect(own).toEqual(native);
});
