;; What cells-caller.wat imports, over guarded bindings: each result is looked at first.
;;
;; These lines take the place of cells-caller.wat's own imports; see guests.ts.
;; Memory   0..7     a result: 0 and a value, or 1 and a fault
(import "bench:ipc/cells-guarded" "plus" (func $try-plus (param i32 i32 i32)))
(import "bench:ipc/cells-guarded" "[constructor]cell" (func $try-cell (param i32 i32)))
(import "bench:ipc/cells-guarded" "[method]cell.plus" (func $try-cell-plus (param i32 i32 i32)))
(import "bench:ipc/cells-guarded" "[resource-drop]cell" (func $drop (param i32)))
(memory (export "memory") 1)

(func $number (result i32)
  (if (i32.load8_u (i32.const 0)) (then (unreachable)))
  (i32.load (i32.const 4)))
(func $plus (param i32 i32) (result i32)
  (call $try-plus (local.get 0) (local.get 1) (i32.const 0)) (call $number))
(func $cell (param i32) (result i32)
  (call $try-cell (local.get 0) (i32.const 0)) (call $number))
(func $cell-plus (param i32 i32) (result i32)
  (call $try-cell-plus (local.get 0) (local.get 1) (i32.const 0)) (call $number))
