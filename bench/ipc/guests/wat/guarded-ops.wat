;; What caller.wat imports, over guarded bindings: each result is looked at first.
;;
;; These lines take the place of caller.wat's own imports; see guests.ts.
;; Memory   512..559     results: 0 and a value, or 1 and a fault
(import "bench:ipc/ops-guarded" "add" (func $try-add (param i32 i32 i32)))
(import "bench:ipc/ops-guarded" "echo-string" (func $try-echo-string (param i32 i32 i32)))
(import "bench:ipc/ops-guarded" "read-bytes" (func $try-read-bytes (param i32 i32 i32)))
(import "bench:ipc/ops-guarded" "echo-bytes" (func $try-echo-bytes (param i32 i32 i32)))
(import "bench:ipc/ops-guarded" "bump" (func $try-bump (param i32 i32 f64 i32 i32 i32 i32)))
(import "bench:ipc/ops-guarded" "read-strings" (func $try-read-strings (param i32 i32 i32)))

(func $check (if (i32.load8_u (i32.const 512)) (then (unreachable))))
(func $number (result i32) (call $check) (i32.load (i32.const 516)))
(func $span (param $into i32)
  (call $check)
  (i64.store align=4 (local.get $into) (i64.load align=4 (i32.const 516))))

(func $add (param i32 i32) (result i32)
  (call $try-add (local.get 0) (local.get 1) (i32.const 512)) (call $number))
(func $read-bytes (param i32 i32) (result i32)
  (call $try-read-bytes (local.get 0) (local.get 1) (i32.const 512)) (call $number))
(func $read-strings (param i32 i32) (result i32)
  (call $try-read-strings (local.get 0) (local.get 1) (i32.const 512)) (call $number))
(func $echo-string (param i32 i32 i32)
  (call $try-echo-string (local.get 0) (local.get 1) (i32.const 512)) (call $span (local.get 2)))
(func $echo-bytes (param i32 i32 i32)
  (call $try-echo-bytes (local.get 0) (local.get 1) (i32.const 512)) (call $span (local.get 2)))
(func $bump-hit (param i32 i32 f64 i32 i32 i32 i32)
  (call $try-bump
    (local.get 0) (local.get 1) (local.get 2)
    (local.get 3) (local.get 4) (local.get 5)
    (i32.const 512))
  (call $check)
  (memory.copy (local.get 6) (i32.const 520) (i32.const 32)))
