/**
 * Components that generated systems are made of: workers that do what a number says, and who feeds them.
 *
 * The lowest four bits are what to do, the others what is left to do by those
 * who are called. Each remembers all that it did and got in one number, so one
 * difference between two hosts shows in every later answer.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALLOCATOR, component } from "../../../toolchain/link/guests.ts";

/** Calls nobody; waits; calls two others, over guarded or plain imports, and waits or not. */
export const PARTS = ["leaf", "sleeper", "caller", "sleepy-caller", "plain-caller"] as const;
export type Part = (typeof PARTS)[number];

export const SIDES = ["left", "right"] as const;

/** What a part calls. */
export function callsOthers(part: Part): boolean {
  return part.endsWith("caller");
}

/** Writes `NAME.wasm` of all parts, and of the `driver`, into the folder. */
export async function writeParts(folder: string): Promise<void> {
  const write = async (name: string, wit: string, wat: string): Promise<void> =>
    writeFileSync(join(folder, `${name}.wasm`), await component(`${INTERFACES} ${wit}`, wat, "utf8"));
  await Promise.all([
    ...PARTS.map((part) => write(part, worldOf(part), worker(part))),
    write(
      "driver",
      `world w { import left-guarded; import right-guarded; import atoll:device/console@0.1.0;
        import atoll:kernel/time@0.1.0; export run: func(); }`,
      DRIVER,
    ),
  ]);
}

const API = "act: func(what: u32) -> u32; tell: func(what: u32);";
const GUARDED = `use atoll:fault/types@0.1.0.{fault};
  act: func(what: u32) -> result<u32, fault>; tell: func(what: u32) -> result<_, fault>;`;
const INTERFACES = `package gen:part; interface api { ${API} }
  ${SIDES.map((side) => `interface ${side} { ${API} } interface ${side}-guarded { ${GUARDED} }`).join(" ")}`;

function worldOf(part: Part): string {
  const view = part === "plain-caller" ? "" : "-guarded";
  const sides = callsOthers(part) ? SIDES.map((side) => `import ${side}${view};`).join(" ") : "";
  return `world w { export api; ${sides} ${sleeps(part) ? "import atoll:kernel/time@0.1.0;" : ""} }`;
}

function sleeps(part: Part): boolean {
  return part.startsWith("sleep");
}

const MIX = `(global $state (mut i32) (i32.const 7))
  (func $mix (param i32)
    (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 31)) (local.get 0))))`;
const SLEEP = `(import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))`;

/** Imports of both sides, over guards. */
const IMPORTS = SIDES.map(
  (side) => `(import "gen:part/${side}-guarded" "act" (func $${side}-act (param i32 i32)))
    (import "gen:part/${side}-guarded" "tell" (func $${side}-tell (param i32 i32)))`,
).join("\n");
const PLAIN_IMPORTS = SIDES.map(
  (side) => `(import "gen:part/${side}" "act" (func $${side}-act (param i32) (result i32)))
    (import "gen:part/${side}" "tell" (func $${side}-tell (param i32)))`,
).join("\n");

/** Functions that call a side and remember what came of it: number or fault. */
const GUARDED_CALLS = SIDES.map(
  (side) => `(func $${side} (param i32)
      (i64.store (i32.const 16) (i64.const 0))
      (call $${side}-act (local.get 0) (i32.const 16))
      (call $mix (i32.load (i32.const 16))) (call $mix (i32.load (i32.const 20))))
    (func $tell-${side} (param i32)
      (i64.store (i32.const 16) (i64.const 0))
      (call $${side}-tell (local.get 0) (i32.const 16))
      (call $mix (i32.load16_u (i32.const 16))))`,
).join("\n");
const PLAIN_CALLS = SIDES.map(
  (side) => `(func $${side} (param i32) (call $mix (call $${side}-act (local.get 0))))
    (func $tell-${side} (param i32) (call $${side}-tell (local.get 0)))`,
).join("\n");
/** Of who has nobody to call. */
const NO_CALLS = SIDES.map(
  (side) => `(func $${side} (param i32) (call $mix (i32.const 1)))
    (func $tell-${side} (param i32) (call $mix (i32.const 2)))`,
).join("\n");

const DEATHS = [
  "unreachable",
  "(loop $again (br $again))",
  "(call $mix (i32.div_u (i32.const 1) (i32.and (local.get $rest) (i32.const 3))))",
  "(i32.store offset=4294967295 (local.get $rest) (i32.const -1))",
];

/** By the lowest four bits; for the others nothing is done. */
const WAYS: Readonly<Record<number, string>> = {
  2: "(call $die (local.get $rest))",
  3: "(call $die (local.get $rest))",
  4: "(call $mix (memory.grow (i32.const 1)))",
  5: "(call $sleep (i64.extend_i32_u (i32.and (local.get $rest) (i32.const 0x3fff))))",
  6: "(call $left (local.get $rest))",
  7: "(call $right (local.get $rest))",
  8: "(call $tell-left (local.get $rest))",
  9: "(call $tell-right (local.get $rest))",
  10: "(call $left (local.get $rest)) (call $right (local.get $rest))",
  11: "(call $tell-left (local.get $rest)) (call $left (i32.shr_u (local.get $rest) (i32.const 1)))",
  12: "(call $mix (call $spin (i32.and (local.get $rest) (i32.const 0x1fff))))",
  13: "(call $right (local.get $rest)) (call $die (local.get $rest))",
  14: "(call $left (local.get $rest)) (call $sleep (i64.const 700))",
  15: "(call $right (local.get $rest)) (call $left (local.get $rest))",
};

function worker(part: Part): string {
  const calls = part === "plain-caller" ? PLAIN_CALLS : callsOthers(part) ? GUARDED_CALLS : NO_CALLS;
  const imports = part === "plain-caller" ? PLAIN_IMPORTS : callsOthers(part) ? IMPORTS : "";
  return `(module ${imports} ${sleeps(part) ? SLEEP : ""} ${ALLOCATOR} ${MIX} ${calls}
    ${sleeps(part) ? "" : "(func $sleep (param i64))"}
    (func $die (param $rest i32)
      ${cases(DEATHS.entries(), "(i32.and (local.get $rest) (i32.const 3))")})
    (func $spin (param $times i32) (result i32) (local $x i32)
      (loop $next
        (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 31)) (local.get $times)))
        (br_if $next (local.tee $times (i32.and (i32.sub (local.get $times) (i32.const 1)) (i32.const 0xffff)))))
      (local.get $x))
    (func $do (param $what i32) (local $rest i32)
      (call $mix (local.get $what))
      (local.set $rest (i32.shr_u (local.get $what) (i32.const 4)))
      ${cases(
        Object.entries(WAYS).map(([way, body]) => [Number(way), body]),
        "(i32.and (local.get $what) (i32.const 15))",
      )})
    (func (export "gen:part/api#act") (param i32) (result i32) (call $do (local.get 0)) (global.get $state))
    (func (export "gen:part/api#tell") (param i32) (call $do (local.get 0))))`;
}

function cases(ways: Iterable<readonly [number, string]>, chosen: string): string {
  return [...ways]
    .map(([way, body]) => `(if (i32.eq ${chosen} (i32.const ${way})) (then ${body}))`)
    .join("\n");
}

/** Makes a number of each line of input, whatever it is, and passes it on to one side; says what is known then. */
const DRIVER = `(module ${IMPORTS} ${SLEEP}
  (import "atoll:device/console@0.1.0" "read-line" (func $read (param i32)))
  (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
  ${ALLOCATOR} ${MIX} ${GUARDED_CALLS}
  (func $number (param $at i32) (param $bytes i32) (result i32) (local $hash i32)
    (local.set $hash (i32.const 0x811c9dc5))
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $bytes)))
      (local.set $hash (i32.mul (i32.xor (local.get $hash) (i32.load8_u (local.get $at))) (i32.const 0x01000193)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $bytes (i32.sub (local.get $bytes) (i32.const 1)))
      (br $next)))
    (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 15))))
  ;; Eight digits at 40, of sixteen from a on.
  (func $say (param $n i32) (local $i i32)
    (loop $next
      (i32.store8 offset=40 (local.get $i)
        (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $n) (i32.shl (local.get $i) (i32.const 2))) (i32.const 15))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (call $write (i32.const 40) (i32.const 8)))
  (func (export "run") (local $what i32)
    (block $end (loop $next
      (global.set $top (i32.const 4096))
      (call $read (i32.const 16))
      (br_if $end (i32.eqz (i32.load8_u (i32.const 16))))
      (local.set $what (call $number (i32.load (i32.const 20)) (i32.load (i32.const 24))))
      (if (i32.lt_s (local.get $what) (i32.const 0))
        (then (call $left (local.get $what)))
        (else (call $right (local.get $what))))
      (if (i32.and (local.get $what) (i32.const 0x1000)) (then (call $tell-left (i32.shr_u (local.get $what) (i32.const 8)))))
      (if (i32.and (local.get $what) (i32.const 0x6000)) (then (call $sleep (i64.const 3000))))
      (call $say (global.get $state))
      (br $next)))))`;
