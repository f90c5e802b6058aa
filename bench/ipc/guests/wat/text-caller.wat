;; The caller of `utf8-utf16-*`: 64 KiB of UTF-8 there and back, n times.
;;
;; As in caller.wat, each request carries a stamp of its round, and the checksum
;; reads the reply at a place that moves. cases.ts is the same work in TypeScript.
;;
;; Memory   16..23       the result that comes back by pointer
;;          1024         the sample of mixed text, 256 bytes; cases.ts has the same
;;          65536        ASCII text, 65536 bytes
;;          131072       mixed text, 65536 bytes
;;          196608..     a bump allocator, emptied before each call
(module
  (import "bench:ipc/ops" "echo-string" (func $echo-string (param i32 i32 i32)))
  (memory (export "memory") 8)
  (global $bump (mut i32) (i32.const 196608))
  (data (i32.const 1024)
    "Größe counts: a naïve café in Łódź, Ελληνικά, съешь ещё этих мягких булок; 色は匂へど散りぬるを, 我が世誰ぞ. Plain words again 😀 and then 中文字 𝄞 with more of what people write every day here. ")

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

  ;; A printable character for any number.
  (func $char (param i32) (result i32)
    (i32.add (i32.const 48) (i32.and (local.get 0) (i32.const 63))))

  (func $fill
    (local $j i32)
    (loop $next
      (i32.store8 offset=65536 (local.get $j) (call $char (i32.mul (local.get $j) (i32.const 7))))
      (i32.store8 offset=131072
        (local.get $j)
        (i32.load8_u offset=1024 (i32.and (local.get $j) (i32.const 255))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $j) (i32.const 65536)))))
  (start $fill)

  (func (export "bench:ipc/texts#run-text") (param $mixed i32) (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $text i32) (local $reply i32)
    (local.set $text (select (i32.const 131072) (i32.const 65536) (local.get $mixed)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (global.set $bump (i32.const 196608))
        (i32.store8 (local.get $text) (call $char (local.get $i)))
        (call $echo-string (local.get $text) (i32.const 65536) (i32.const 16))
        (local.set $reply (i32.load (i32.const 16)))
        (local.set $sum
          (i32.add
            (i32.add (local.get $sum) (i32.load (i32.const 20)))
            (i32.add
              (i32.load8_u (local.get $reply))
              (i32.load8_u
                (i32.add
                  (local.get $reply)
                  (i32.and (i32.mul (local.get $i) (i32.const 61)) (i32.const 65535)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum)))
