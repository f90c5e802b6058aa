;; The minimal caller: loops of n calls, with payloads that never need encoding.
;;
;; Each request carries a stamp of its round, and each checksum reads the reply
;; at a place that moves with the round, so that a reply that is stale, short or
;; wrong anywhere shows. cases.ts is the same work in TypeScript.
;;
;; Memory   16..47       results that come back by pointer
;;          1024         the text of 64 characters
;;          2048         the record's title, 16 characters
;;          4096         the list of 100 strings: pointer and length of each
;;          8192         their characters, 16 each
;;          65536        the bytes, up to 65536
;;          131072..     a bump allocator, emptied before each call
(module
  (import "bench:ipc/ops" "add" (func $add (param i32 i32) (result i32)))
  (import "bench:ipc/ops" "echo-string" (func $echo-string (param i32 i32 i32)))
  (import "bench:ipc/ops" "read-bytes" (func $read-bytes (param i32 i32) (result i32)))
  (import "bench:ipc/ops" "echo-bytes" (func $echo-bytes (param i32 i32 i32)))
  (import "bench:ipc/ops" "bump" (func $bump-hit (param i32 i32 f64 i32 i32 i32 i32)))
  (import "bench:ipc/ops" "read-strings" (func $read-strings (param i32 i32) (result i32)))
  (memory (export "memory") 8)
  (global $bump (mut i32) (i32.const 131072))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $bump) (i32.const 15)) (i32.const -16)))
    (global.set $bump (i32.add (local.get $at) (local.get 3)))
    (if (i32.gt_u (global.get $bump) (i32.const 524288)) (then (unreachable)))
    (local.get $at))
  (func $empty (global.set $bump (i32.const 131072)))

  ;; A printable character for any number.
  (func $char (param i32) (result i32)
    (i32.add (i32.const 48) (i32.and (local.get 0) (i32.const 63))))

  (func $fill-text (param $at i32) (param $length i32) (param $seed i32)
    (local $j i32)
    (loop $next
      (i32.store8
        (i32.add (local.get $at) (local.get $j))
        (call $char (i32.add (local.get $seed) (i32.mul (local.get $j) (i32.const 7)))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $j) (local.get $length)))))

  (func $fill
    (local $j i32)
    (call $fill-text (i32.const 1024) (i32.const 64) (i32.const 0))
    (call $fill-text (i32.const 2048) (i32.const 16) (i32.const 0))
    (loop $next
      (i32.store8
        (i32.add (i32.const 65536) (local.get $j))
        (i32.add (i32.mul (local.get $j) (i32.const 31)) (i32.const 7)))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $j) (i32.const 65536)))))
  (start $fill)

  (func (export "bench:ipc/runs#run-add") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $sum (call $add (local.get $sum) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func (export "bench:ipc/runs#run-string") (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $reply i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (call $empty)
        (i32.store8 (i32.const 1024) (call $char (local.get $i)))
        (call $echo-string (i32.const 1024) (i32.const 64) (i32.const 16))
        (local.set $reply (i32.load (i32.const 16)))
        (local.set $sum
          (i32.add
            (i32.add (local.get $sum) (i32.load (i32.const 20)))
            (i32.add
              (i32.load8_u (local.get $reply))
              (i32.load8_u
                (i32.add
                  (local.get $reply)
                  (i32.and (i32.mul (local.get $i) (i32.const 61)) (i32.const 63)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func (export "bench:ipc/runs#run-bytes-in") (param $size i32) (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (i32.store (i32.const 65536) (local.get $i))
        (local.set $sum
          (i32.add (local.get $sum) (call $read-bytes (i32.const 65536) (local.get $size))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func (export "bench:ipc/runs#run-bytes-both") (param $size i32) (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $reply i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (call $empty)
        (i32.store (i32.const 65536) (local.get $i))
        (call $echo-bytes (i32.const 65536) (local.get $size) (i32.const 16))
        (local.set $reply (i32.load (i32.const 16)))
        (local.set $sum
          (i32.add
            (i32.add (local.get $sum) (i32.load (local.get $reply)))
            (i32.load8_u
              (i32.add
                (local.get $reply)
                (i32.and
                  (i32.mul (local.get $i) (i32.const 61))
                  (i32.sub (i32.load (i32.const 20)) (i32.const 1)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func (export "bench:ipc/runs#run-record") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (call $empty)
        (i32.store8 (i32.const 2048) (call $char (local.get $i)))
        (call $bump-hit
          (local.get $i)
          (i32.mul (local.get $i) (i32.const 3))
          (f64.mul (f64.convert_i32_u (local.get $i)) (f64.const 0.5))
          (i32.const 2048)
          (i32.const 16)
          (i32.and (local.get $i) (i32.const 1))
          (i32.const 16))
        (local.set $sum
          (i32.add
            (i32.add
              (i32.add (local.get $sum) (i32.load (i32.const 16)))
              (i32.add (i32.load (i32.const 20)) (i32.trunc_f64_u (f64.load (i32.const 24)))))
            (i32.add
              (i32.load8_u (i32.const 40))
              (i32.load8_u
                (i32.add
                  (i32.load (i32.const 32))
                  (i32.and (i32.mul (local.get $i) (i32.const 5)) (i32.const 15)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func $fill-strings
    (local $k i32) (local $at i32)
    (loop $next
      (local.set $at (i32.add (i32.const 8192) (i32.mul (local.get $k) (i32.const 16))))
      (call $fill-text (local.get $at) (i32.const 16) (local.get $k))
      (i32.store
        (i32.add (i32.const 4096) (i32.mul (local.get $k) (i32.const 8))) (local.get $at))
      (i32.store
        (i32.add (i32.const 4100) (i32.mul (local.get $k) (i32.const 8))) (i32.const 16))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $k) (i32.const 100)))))

  ;; Stamps one string a round, in turn; the strings are made anew for each run.
  (func (export "bench:ipc/runs#run-strings") (param $n i32) (result i32)
    (local $i i32) (local $k i32) (local $sum i32)
    (call $fill-strings)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (i32.store8
          (i32.add (i32.const 8192) (i32.mul (local.get $k) (i32.const 16)))
          (call $char (local.get $i)))
        (local.set $sum
          (i32.add (local.get $sum) (call $read-strings (i32.const 4096) (i32.const 100))))
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (if (i32.eq (local.get $k) (i32.const 100)) (then (local.set $k (i32.const 0))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum)))
