;; The minimal callee: what a component costs when its guest costs nothing.
;;
;; Memory   16..47   results that are returned by pointer
;;          1024..   a bump allocator, emptied when a function returns: what it
;;                   returns stays readable until the next call allocates. Not
;;                   at a multiple of 4096, where the caller's payload lies: the
;;                   processor takes addresses alike in 12 bits for one another
(module
  (memory (export "memory") 8)
  (global $bump (mut i32) (i32.const 1024))

  ;; A block that is made another size is the last one, and stays where it is.
  (func (export "cabi_realloc") (param $old i32) (param i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at
      (select
        (local.get $old)
        (i32.and (i32.add (global.get $bump) (i32.const 15)) (i32.const -16))
        (local.get $old)))
    (global.set $bump (i32.add (local.get $at) (local.get 3)))
    (if (i32.gt_u (global.get $bump) (i32.const 524288)) (then (unreachable)))
    (local.get $at))
  (func $empty (global.set $bump (i32.const 1024)))

  (func (export "bench:ipc/ops#add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))

  (func $echo (param $at i32) (param $length i32) (result i32)
    (call $empty)
    (i32.store (i32.const 16) (local.get $at))
    (i32.store (i32.const 20) (local.get $length))
    (i32.const 16))
  (export "bench:ipc/ops#echo-string" (func $echo))
  (export "bench:ipc/ops#echo-bytes" (func $echo))

  (func (export "bench:ipc/ops#read-bytes") (param $at i32) (param $length i32) (result i32)
    (local $stamp i32)
    (call $empty)
    (local.set $stamp (i32.load (local.get $at)))
    (i32.add
      (local.get $stamp)
      (i32.load8_u
        (i32.add
          (local.get $at)
          (i32.and
            (i32.mul (local.get $stamp) (i32.const 61))
            (i32.sub (local.get $length) (i32.const 1)))))))

  (func (export "bench:ipc/ops#bump")
    (param $document i32) (param $position i32) (param $score f64)
    (param $title i32) (param $length i32) (param $exact i32) (result i32)
    (call $empty)
    (i32.store offset=16 (i32.const 0) (local.get $document))
    (i32.store offset=20 (i32.const 0) (i32.add (local.get $position) (i32.const 1)))
    (f64.store offset=24 (i32.const 0) (f64.mul (local.get $score) (f64.const 2)))
    (i32.store offset=32 (i32.const 0) (local.get $title))
    (i32.store offset=36 (i32.const 0) (local.get $length))
    (i32.store8 offset=40 (i32.const 0) (i32.eqz (local.get $exact)))
    (i32.const 16))

  (func (export "bench:ipc/ops#read-strings") (param $at i32) (param $count i32) (result i32)
    (local $end i32) (local $sum i32)
    (call $empty)
    (local.set $end (i32.add (local.get $at) (i32.mul (local.get $count) (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $sum
          (i32.add
            (local.get $sum)
            (i32.add
              (i32.load offset=4 (local.get $at))
              (i32.load8_u (i32.load (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next)))
    (local.get $sum)))
