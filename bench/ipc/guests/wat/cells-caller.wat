;; The caller of `u32-u8` and `borrow-method`; cases.ts is the same work in TypeScript.
(module
  (import "bench:ipc/cells" "plus" (func $plus (param i32 i32) (result i32)))
  (import "bench:ipc/cells" "[constructor]cell" (func $cell (param i32) (result i32)))
  (import "bench:ipc/cells" "[method]cell.plus" (func $cell-plus (param i32 i32) (result i32)))
  (import "bench:ipc/cells" "[resource-drop]cell" (func $drop (param i32)))

  (func (export "bench:ipc/cell-runs#run-plus") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $sum
          (call $plus
            (i32.add (local.get $sum) (local.get $i))
            (i32.and (local.get $i) (i32.const 255))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func (export "bench:ipc/cell-runs#run-method") (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $cell i32)
    (local.set $cell (call $cell (i32.const 7)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $sum
          (call $cell-plus (local.get $cell) (i32.add (local.get $sum) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (call $drop (local.get $cell))
    (local.get $sum)))
