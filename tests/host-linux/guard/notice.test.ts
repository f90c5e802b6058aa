/** Whoever runs a system hears of the processes that die while it goes on. */
import { expect, it } from "vitest";
import { deathText, runSystem, type Death } from "../../../host-linux/index.ts";
import { linked } from "../../toolchain/link/guests.ts";
import { consumer, provider } from "./guests.ts";

it("tells of a death, and the run ends as the program says", async () => {
  const functions = { go: { params: "a: u32", result: "u32" } };
  const server = await provider(
    functions,
    `(func $ratio (param i32) (result i32) (i32.div_u (i32.const 6) (local.get 0)))
     (func (export "t:p/api#go") (param i32) (result i32) (call $ratio (local.get 0)))`,
  );
  const app = await consumer(
    functions,
    true,
    "export run: func() -> u8;",
    `(import "t:p/api-guarded" "go" (func $go (param i32 i32)))
     (func (export "run") (result i32)
       (call $go (i32.const 0) (i32.const 64)) (call $go (i32.const 2) (i32.const 64))
       (i32.add (i32.load8_u (i32.const 64)) (i32.load8_u (i32.const 68))))`,
  );
  const { plan } = linked(
    { app: { bytes: app, imports: { "t:p/api": "server" } }, server: { bytes: server } },
    "app",
  );
  const deaths: Death[] = [];
  const outcome = await runSystem(plan, { base: ".", onDeath: (death) => deaths.push(death) });
  expect(outcome).toMatchObject({ kind: "ended", exitCode: 1 + 5 });
  expect(deaths).toMatchObject([{ process: "server", originator: "server", reason: "crashed" }]);
  const [death] = deaths as [Death];
  expect(deathText(death)).toMatch(
    /^process server died \(crashed\): process server trapped at server[^:]*: it divided by zero\n.*ratio\n/,
  );
  expect(deathText({ ...death, process: "other" })).toBe(
    "process other died (crashed): it was in a call to server, which died",
  );
});
