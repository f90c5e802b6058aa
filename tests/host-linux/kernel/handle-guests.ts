/**
 * Guests that hand handles of processes to each other: a room, boxes that keep handles, and traders.
 *
 * All speak `t:h/trade`. A trader keeps what it holds from `HELD` on, in the order
 * in which it came, and notes what became of its last call at `SAID`. It is told
 * what to do by core functions that a test calls, or, for what has to wait, by
 * `go` of `t:h/orders`, which a third process casts.
 */
import { component } from "../../toolchain/link/guests.ts";

/** As much of the room's process view as the guests import. */
const WIT = `package t:h;
  interface room { put: func(n: u32); sum: func() -> u32; crash: func() -> u32; }
  interface room-process {
    use atoll:fault/types@0.1.0.{fault};
    resource process {
      spawn: static func() -> result<process, fault>;
      put: func(n: u32) -> result<_, fault>;
      sum: func() -> result<u32, fault>;
      crash: func() -> result<u32, fault>;
    }
  }
  interface trade {
    use room-process.{process};
    /// Keeps it; how many there are then.
    keep: func(p: process) -> u32;
    leave: func(p: process);
    back: func() -> option<process>;
    /// Hands back what it got, the last first; traps of a text that is no UTF-8, and of the digit 13.
    turn: func(digit: u32, all: list<process>, text: string) -> tuple<list<process>, string>;
  }
  interface trade-guarded {
    use atoll:fault/types@0.1.0.{fault};
    use room-process.{process};
    keep: func(p: process) -> result<u32, fault>;
    leave: func(p: process) -> result<_, fault>;
    back: func() -> result<option<process>, fault>;
    turn: func(digit: u32, all: list<process>, text: string) -> result<tuple<list<process>, string>, fault>;
  }
  interface orders { go: func(what: u32, a: u32, b: u32); }
`;

export function room(): Promise<Uint8Array> {
  return component(
    `${WIT} world w { export room; }`,
    `(module (global $sum (mut i32) (i32.const 0))
       (func (export "t:h/room#put") (param i32)
         (global.set $sum (i32.add (global.get $sum) (local.get 0))))
       (func (export "t:h/room#sum") (result i32) (global.get $sum))
       (func (export "t:h/room#crash") (result i32) unreachable))`,
  );
}

const HELD = 1024;
export const SAID = 64;

/** Memory, and what is held in it: \`$push\`, \`$pop\`, \`$take\`, which takes out the n-th. */
const KEEPING = `
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 65536))
  (global $n (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
    (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (memory.copy (global.get $top) (local.get $old) (local.get $size))
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get $new)))
    (if (i32.gt_u (global.get $top) (i32.const 130000)) (then (global.set $top (i32.const 65536)))))
  (func $at (param i32) (result i32) (i32.add (i32.const ${HELD}) (i32.mul (local.get 0) (i32.const 4))))
  (func $push (param i32)
    (i32.store (call $at (global.get $n)) (local.get 0))
    (global.set $n (i32.add (global.get $n) (i32.const 1))))
  (func $take (param $i i32) (result i32)
    (i32.load (call $at (local.get $i)))
    (global.set $n (i32.sub (global.get $n) (i32.const 1)))
    (memory.copy (call $at (local.get $i)) (call $at (i32.add (local.get $i) (i32.const 1)))
      (i32.mul (i32.sub (global.get $n) (local.get $i)) (i32.const 4))))
  (func (export "word") (param i32) (result i32) (i32.load (local.get 0)))`;

const DROP = `(import "t:h/room-process" "[resource-drop]process" (func $drop (param i32)))`;

/** `t:h/trade`; `pause` comes before `keep` and `back`. */
const trade = (pause = ""): string => `
  (func (export "t:h/trade#keep") (param i32) (result i32) ${pause} (call $push (local.get 0)) (global.get $n))
  (func (export "t:h/trade#leave") (param i32) (call $push (local.get 0)))
  (func (export "t:h/trade#back") (result i32) ${pause}
    (i32.store (i32.const 16) (i32.ne (global.get $n) (i32.const 0)))
    (if (global.get $n) (then
      (i32.store (i32.const 20) (call $take (i32.sub (global.get $n) (i32.const 1))))))
    (i32.const 16))
  (func (export "t:h/trade#turn") (param $digit i32) (param $at i32) (param $count i32) (param $text i32)
      (param $length i32) (result i32) (local $i i32)
    (if (i32.eq (local.get $digit) (i32.const 13)) (then unreachable))
    (loop $next (if (i32.lt_u (local.get $i) (local.get $count)) (then
      (i32.store (i32.add (i32.const 512) (i32.mul (i32.sub (i32.sub (local.get $count) (i32.const 1)) (local.get $i)) (i32.const 4)))
        (i32.load (i32.add (local.get $at) (i32.mul (local.get $i) (i32.const 4)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))
    (i32.store (i32.const 16) (i32.const 512)) (i32.store (i32.const 20) (local.get $count))
    (i32.store (i32.const 24) (local.get $text)) (i32.store (i32.const 28) (local.get $length))
    (i32.const 16))`;

/** Keeps handles, and calls nobody: it runs on its caller's stack, unless it takes its time, so many microseconds. */
export function box(microseconds = 0): Promise<Uint8Array> {
  const slow = microseconds > 0;
  return component(
    `${WIT} world w { import room-process; ${slow ? "import atoll:kernel/time@0.1.0;" : ""}
       export trade; export orders; export word: func(at: u32) -> u32; export drop-all: func(); }`,
    `(module ${DROP} ${slow ? `(import "atoll:kernel/time@0.1.0" "sleep" (func $sleep (param i64)))` : ""} ${KEEPING}
       ${trade(slow ? `(call $sleep (i64.const ${microseconds}))` : "")}
       (func (export "t:h/orders#go") (param i32 i32 i32))
       (func (export "drop-all") (loop $next (if (global.get $n) (then (call $drop (call $take (i32.const 0))) (br $next))))))`,
    "utf8",
  );
}

/** What a trader can be told by `go`. */
export const ORDERS = [
  "spawn",
  "give",
  "leave",
  "fetch",
  "drop",
  "put",
  "sum",
  "crash",
  "turn",
  "narrow",
] as const;
export type Order = (typeof ORDERS)[number];

export interface TraderOptions {
  /** Imports the plain view of its partner. */
  readonly plain?: boolean;
  /** Makes rooms and holds them, and never asks them anything: it has no stack of its own then. */
  readonly mute?: boolean;
}

/** A text at 640, in UTF-8, that `turn` sends; its length is the order's \`b\`. */
const TEXT = "handles cross between processes";

export function trader({ plain = false, mute = false }: TraderOptions = {}): Promise<Uint8Array> {
  const view = plain ? "trade" : "trade-guarded";
  const into = plain ? "" : "i32";
  const [keep, leave] = plain ? ["(result i32)", ""] : ["", ""];
  const methods = mute
    ? ""
    : `(import "t:h/room-process" "[method]process.put" (func $put (param i32 i32 i32)))
       (import "t:h/room-process" "[method]process.sum" (func $sum (param i32 i32)))
       (import "t:h/room-process" "[method]process.crash" (func $crash (param i32 i32)))`;
  const stay = `(i32.load (call $at (local.get $a)))`;
  const said = `(i32.const ${SAID})`;
  const asks = mute
    ? ""
    : `(if (i32.eq (local.get $what) (i32.const 5)) (then (call $put ${stay} (local.get $b) ${said})))
       (if (i32.eq (local.get $what) (i32.const 6)) (then (call $sum ${stay} ${said})))
       (if (i32.eq (local.get $what) (i32.const 7)) (then (call $crash ${stay} ${said})))`;
  const kept = plain
    ? `(i32.store ${said} (i32.const 0)) (i32.store (i32.const ${SAID + 4}) (call $keep (call $take (local.get $a))))`
    : `(call $keep (call $take (local.get $a)) ${said})`;
  const left = plain
    ? `(i32.store ${said} (i32.const 0)) (call $leave (call $take (local.get $a)))`
    : `(call $leave (call $take (local.get $a)) ${said})`;
  /** Where the option of \`back\` lies. */
  const option = plain ? SAID : SAID + 4;
  const fine = plain ? `(i32.const 1)` : `(i32.eqz (i32.load8_u ${said}))`;
  const lists = plain ? SAID : SAID + 4;
  return component(
    `${WIT} world w { import room-process; import ${view}; export trade; export orders; export word: func(at: u32) -> u32;
       export run: func(what: u32, a: u32, b: u32); export forge: func(n: u32, times: u32) -> u32; }`,
    `(module ${DROP} ${methods}
       (import "t:h/room-process" "[static]process.spawn" (func $spawn (param i32)))
       (import "t:h/${view}" "keep" (func $keep (param i32 ${into}) ${keep}))
       (import "t:h/${view}" "leave" (func $leave (param i32 ${into}) ${leave}))
       (import "t:h/${view}" "back" (func $back (param i32)))
       (import "t:h/${view}" "turn" (func $turn (param i32 i32 i32 i32 i32 i32)))
       ${KEEPING} ${trade()}
       (data (i32.const 640) "${TEXT}")
       (func $run (export "run") (param $what i32) (param $a i32) (param $b i32) (local $i i32)
         (if (i32.eqz (local.get $what)) (then (call $spawn ${said})
           (if (i32.eqz (i32.load8_u ${said})) (then (call $push (i32.load (i32.const ${SAID + 4})))))))
         (if (i32.eq (local.get $what) (i32.const 1)) (then ${kept}))
         (if (i32.eq (local.get $what) (i32.const 2)) (then ${left}))
         (if (i32.eq (local.get $what) (i32.const 3)) (then (call $back ${said})
           (if (i32.and ${fine} (i32.load8_u (i32.const ${option}))) (then (call $push (i32.load (i32.const ${option + 4})))))))
         (if (i32.eq (local.get $what) (i32.const 4)) (then (call $drop (call $take (local.get $a)))))
         ${asks}
         (if (i32.eq (local.get $what) (i32.const 8)) (then
           (call $turn (local.get $a) (i32.const ${HELD}) (global.get $n) (i32.const 640) (local.get $b) ${said})
           (global.set $n (i32.const 0))
           (if ${fine} (then (loop $next (if (i32.lt_u (local.get $i) (i32.load (i32.const ${lists + 4}))) (then
             (call $push (i32.load (i32.add (i32.load (i32.const ${lists})) (i32.mul (local.get $i) (i32.const 4)))))
             (local.set $i (i32.add (local.get $i) (i32.const 1)))
             (br $next)))))))))
       (func (export "t:h/orders#go") (param i32 i32 i32) (call $run (local.get 0) (local.get 1) (local.get 2)))
       (func (export "forge") (param $handle i32) (param $times i32) (result i32)
         (loop $next
           (call $push (local.get $handle))
           (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
         (global.get $n)))`,
    "utf8",
  );
}

/** Casts `go` to each of the two traders, by core functions of their names. */
export function driver(): Promise<Uint8Array> {
  const interfaces = ["ann", "ben"].map((who) => `interface ${who} { go: func(what: u32, a: u32, b: u32); }`);
  const functions = ["ann", "ben"].map(
    (who) => `(import "t:h/${who}" "go" (func $${who} (param i32 i32 i32)))`,
  );
  const exports = ["ann", "ben"].map(
    (who) => `(func (export "${who}-go") (param i32 i32 i32)
      (call $${who} (local.get 0) (local.get 1) (local.get 2)))`,
  );
  const go = "func(what: u32, a: u32, b: u32)";
  return component(
    `package t:h; ${interfaces.join(" ")}
     world w { import ann; import ben; export ann-go: ${go}; export ben-go: ${go}; }`,
    `(module ${functions.join("\n")} ${exports.join("\n")})`,
  );
}

/** A room that is given rooms. */
export const SELF_WIT = `package t:h;
  interface room { use room-process.{process as other}; keep: func(p: other) -> u32; }
  interface room-process {
    use atoll:fault/types@0.1.0.{fault};
    flags functions { keep }
    resource process {
      spawn: static func() -> result<process, fault>;
      narrow: func(functions: functions, uses: u32, rate: u32, microseconds: u64) -> result<process, fault>;
      keep: func(p: process) -> result<u32, fault>;
    }
  }
  interface orders { go: func(what: u32, a: u32, b: u32); }
`;

/** Makes rooms, and gives the `b`-th by a call of the `a`-th. */
export function gardener(): Promise<Uint8Array> {
  const said = `(i32.const ${SAID})`;
  const push = `(if (i32.eqz (i32.load8_u ${said})) (then (call $push (i32.load (i32.const ${SAID + 4})))))`;
  return component(
    `${SELF_WIT} world w { import room-process; export orders; export word: func(at: u32) -> u32; }`,
    `(module
       (import "t:h/room-process" "[static]process.spawn" (func $spawn (param i32)))
       (import "t:h/room-process" "[method]process.narrow" (func $narrow (param i32 i32 i32 i32 i64 i32)))
       (import "t:h/room-process" "[method]process.keep" (func $keep (param i32 i32 i32)))
       ${KEEPING}
       (func (export "t:h/orders#go") (param $what i32) (param $a i32) (param $b i32) (local $to i32)
         (if (i32.eqz (local.get $what)) (then (call $spawn ${said}) ${push}))
         (if (i32.eq (local.get $what) (i32.const ${ORDERS.indexOf("narrow")})) (then
           (call $narrow (i32.load (call $at (local.get $a))) (i32.const 1) (i32.const 0) (i32.const 0) (i64.const 0) ${said})
           ${push}))
         (if (i32.eq (local.get $what) (i32.const ${ORDERS.indexOf("give")})) (then
           (local.set $to (i32.load (call $at (local.get $a))))
           (call $keep (local.get $to) (call $take (local.get $b)) ${said})))))`,
    "utf8",
  );
}
