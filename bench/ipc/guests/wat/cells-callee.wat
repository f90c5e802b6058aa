;; The callee of `u32-u8` and `borrow-method`: cells that hold a u32 each.
;;
;; Memory   0..1023      256 cells by number: cell k holds 7 k
;;          1024..2047   256 cells made by callers, in a ring; a cell's address is its rep
(module
  (import "[export]bench:ipc/cells" "[resource-new]cell" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $made (mut i32) (i32.const 0))

  (func $fill
    (local $k i32)
    (loop $next
      (i32.store
        (i32.mul (local.get $k) (i32.const 4))
        (i32.mul (local.get $k) (i32.const 7)))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $k) (i32.const 256)))))
  (start $fill)

  (func (export "bench:ipc/cells#plus") (param $a i32) (param $cell i32) (result i32)
    (i32.add (local.get $a) (i32.load (i32.mul (local.get $cell) (i32.const 4)))))

  (func (export "bench:ipc/cells#[constructor]cell") (param $value i32) (result i32)
    (local $at i32)
    (local.set $at
      (i32.add
        (i32.const 1024)
        (i32.mul (i32.and (global.get $made) (i32.const 255)) (i32.const 4))))
    (global.set $made (i32.add (global.get $made) (i32.const 1)))
    (i32.store (local.get $at) (local.get $value))
    (call $new (local.get $at)))

  (func (export "bench:ipc/cells#[method]cell.plus") (param $cell i32) (param $a i32) (result i32)
    (i32.add (local.get $a) (i32.load (local.get $cell)))))
