;; The floor for UTF-16 guests, as lean components are: like utf8.wat, but a
;; string is copied while its code units are searched for surrogates, and only
;; a string that has any is read again to see that they pair.
(module
  (import "caller" "memory" (memory $from 1))
  (import "callee" "memory" (memory $to 1))
  (import "caller" "cabi_realloc" (func $realloc-from (param i32 i32 i32 i32) (result i32)))
  (import "callee" "cabi_realloc" (func $realloc-to (param i32 i32 i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#echo-string" (func $echo-string (param i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#read-bytes" (func $read-bytes (param i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#echo-bytes" (func $echo-bytes (param i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#bump"
    (func $bump (param i32 i32 f64 i32 i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#read-strings" (func $read-strings (param i32 i32) (result i32)))
  (import "shim" "table" (table 5 funcref))
  (elem (i32.const 0) func $adapt-echo-string $adapt-read-bytes $adapt-echo-bytes $adapt-bump $adapt-read-strings)

  (func $trap-unless (param i32)
    (if (i32.eqz (local.get 0)) (then (unreachable))))

  ;; list<u8> from $from to $to: the new pointer. Below 256 bytes a loop beats
  ;; memory.copy, which leaves the generated code.
  (func $bytes-in (param $at i32) (param $length i32) (result i32)
    (local $new i32) (local $i i32) (local $last i32)
    (if (i32.gt_u (local.get $length) (i32.const 0x0fffffff)) (then (unreachable)))
    (local.set $new
      (call $realloc-to (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (if (i32.gt_u (i32.sub (local.get $length) (i32.const 16)) (i32.const 240))
      (then (memory.copy $to $from (local.get $new) (local.get $at) (local.get $length)))
      (else
        (local.set $last (i32.sub (local.get $length) (i32.const 16)))
        (loop $next
          (v128.store $to
            (i32.add (local.get $new) (local.get $i))
            (v128.load $from (i32.add (local.get $at) (local.get $i))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $next (i32.lt_u (local.get $i) (local.get $last))))
        (v128.store $to
          (i32.add (local.get $new) (local.get $last))
          (v128.load $from (i32.add (local.get $at) (local.get $last))))))
    (local.get $new))

  ;; list<u8> from $to to $from: the new pointer. Below 256 bytes a loop beats
  ;; memory.copy, which leaves the generated code.
  (func $bytes-out (param $at i32) (param $length i32) (result i32)
    (local $new i32) (local $i i32) (local $last i32)
    (if (i32.gt_u (local.get $length) (i32.const 0x0fffffff)) (then (unreachable)))
    (local.set $new
      (call $realloc-from (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (if (i32.gt_u (i32.sub (local.get $length) (i32.const 16)) (i32.const 240))
      (then (memory.copy $from $to (local.get $new) (local.get $at) (local.get $length)))
      (else
        (local.set $last (i32.sub (local.get $length) (i32.const 16)))
        (loop $next
          (v128.store $from
            (i32.add (local.get $new) (local.get $i))
            (v128.load $to (i32.add (local.get $at) (local.get $i))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $next (i32.lt_u (local.get $i) (local.get $last))))
        (v128.store $from
          (i32.add (local.get $new) (local.get $last))
          (v128.load $to (i32.add (local.get $at) (local.get $last))))))
    (local.get $new))

  ;; All ones in each lane that holds a surrogate, d800..dfff.
  (func $surrogates (param v128) (result v128)
    (i16x8.eq
      (v128.and
        (local.get 0)
        (v128.const i16x8
          0xf800 0xf800 0xf800 0xf800 0xf800 0xf800 0xf800 0xf800))
      (v128.const i16x8
        0xd800 0xd800 0xd800 0xd800 0xd800 0xd800 0xd800 0xd800)))

  ;; A string of `$units` code units from $from to $to: the new pointer. The last
  ;; step overlaps the one before it. Any surrogate sends the string to the
  ;; validator. Fewer than 8 units and too many share one comparison.
  (func $string-in (param $at i32) (param $units i32) (result i32)
    (local $new i32) (local $i i32) (local $last i32) (local $step v128) (local $seen v128)
    (local.set $last (i32.sub (local.get $units) (i32.const 8)))
    (if (i32.gt_u (local.get $last) (i32.const 0x07fffff7))
      (then (return (call $short-string-in (local.get $at) (local.get $units)))))
    (local.set $new
      (call $realloc-to
        (i32.const 0) (i32.const 0) (i32.const 2)
        (i32.shl (local.get $units) (i32.const 1))))
    (if (i32.and (i32.or (local.get $at) (local.get $new)) (i32.const 1)) (then (unreachable)))
    (local.set $last (i32.shl (local.get $last) (i32.const 1)))
    (if (local.get $last)
      (then
        (loop $next
          (local.set $step (v128.load $from (i32.add (local.get $at) (local.get $i))))
          (v128.store $to (i32.add (local.get $new) (local.get $i)) (local.get $step))
          (local.set $seen (v128.or (local.get $seen) (call $surrogates (local.get $step))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $next (i32.lt_u (local.get $i) (local.get $last))))))
    (local.set $step (v128.load $from (i32.add (local.get $at) (local.get $last))))
    (v128.store $to (i32.add (local.get $new) (local.get $last)) (local.get $step))
    (if (v128.any_true (v128.or (local.get $seen) (call $surrogates (local.get $step))))
      (then (call $validate-from (local.get $at) (i32.shl (local.get $units) (i32.const 1)))))
    (local.get $new))

  (func $short-string-in (param $at i32) (param $units i32) (result i32)
    (local $new i32) (local $length i32)
    (if (i32.gt_u (local.get $units) (i32.const 0x07ffffff)) (then (unreachable)))
    (local.set $length (i32.shl (local.get $units) (i32.const 1)))
    (local.set $new
      (call $realloc-to (i32.const 0) (i32.const 0) (i32.const 2) (local.get $length)))
    (if (i32.and (i32.or (local.get $at) (local.get $new)) (i32.const 1)) (then (unreachable)))
    (memory.copy $to $from (local.get $new) (local.get $at) (local.get $length))
    (call $validate-from (local.get $at) (local.get $length))
    (local.get $new))

  ;; A string of `$units` code units from $to to $from: the new pointer. The last
  ;; step overlaps the one before it. Any surrogate sends the string to the
  ;; validator. Fewer than 8 units and too many share one comparison.
  (func $string-out (param $at i32) (param $units i32) (result i32)
    (local $new i32) (local $i i32) (local $last i32) (local $step v128) (local $seen v128)
    (local.set $last (i32.sub (local.get $units) (i32.const 8)))
    (if (i32.gt_u (local.get $last) (i32.const 0x07fffff7))
      (then (return (call $short-string-out (local.get $at) (local.get $units)))))
    (local.set $new
      (call $realloc-from
        (i32.const 0) (i32.const 0) (i32.const 2)
        (i32.shl (local.get $units) (i32.const 1))))
    (if (i32.and (i32.or (local.get $at) (local.get $new)) (i32.const 1)) (then (unreachable)))
    (local.set $last (i32.shl (local.get $last) (i32.const 1)))
    (if (local.get $last)
      (then
        (loop $next
          (local.set $step (v128.load $to (i32.add (local.get $at) (local.get $i))))
          (v128.store $from (i32.add (local.get $new) (local.get $i)) (local.get $step))
          (local.set $seen (v128.or (local.get $seen) (call $surrogates (local.get $step))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $next (i32.lt_u (local.get $i) (local.get $last))))))
    (local.set $step (v128.load $to (i32.add (local.get $at) (local.get $last))))
    (v128.store $from (i32.add (local.get $new) (local.get $last)) (local.get $step))
    (if (v128.any_true (v128.or (local.get $seen) (call $surrogates (local.get $step))))
      (then (call $validate-to (local.get $at) (i32.shl (local.get $units) (i32.const 1)))))
    (local.get $new))

  (func $short-string-out (param $at i32) (param $units i32) (result i32)
    (local $new i32) (local $length i32)
    (if (i32.gt_u (local.get $units) (i32.const 0x07ffffff)) (then (unreachable)))
    (local.set $length (i32.shl (local.get $units) (i32.const 1)))
    (local.set $new
      (call $realloc-from (i32.const 0) (i32.const 0) (i32.const 2) (local.get $length)))
    (if (i32.and (i32.or (local.get $at) (local.get $new)) (i32.const 1)) (then (unreachable)))
    (memory.copy $from $to (local.get $new) (local.get $at) (local.get $length))
    (call $validate-to (local.get $at) (local.get $length))
    (local.get $new))

  ;; Traps unless each high surrogate is followed by a low one, and each low one
  ;; follows a high one. `$length` is in bytes.
  (func $validate-from (param $at i32) (param $length i32)
    (local $stop i32) (local $unit i32)
    (local.set $stop (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $stop)))
        (local.set $unit (i32.load16_u $from (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br_if $next
          (i32.ne (i32.and (local.get $unit) (i32.const 0xf800)) (i32.const 0xd800)))
        (call $trap-unless
          (i32.and
            (i32.lt_u (local.get $unit) (i32.const 0xdc00))
            (i32.lt_u (local.get $at) (local.get $stop))))
        (call $trap-unless
          (i32.eq
            (i32.and (i32.load16_u $from (local.get $at)) (i32.const 0xfc00))
            (i32.const 0xdc00)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br $next))))

  ;; Traps unless each high surrogate is followed by a low one, and each low one
  ;; follows a high one. `$length` is in bytes.
  (func $validate-to (param $at i32) (param $length i32)
    (local $stop i32) (local $unit i32)
    (local.set $stop (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $stop)))
        (local.set $unit (i32.load16_u $to (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br_if $next
          (i32.ne (i32.and (local.get $unit) (i32.const 0xf800)) (i32.const 0xd800)))
        (call $trap-unless
          (i32.and
            (i32.lt_u (local.get $unit) (i32.const 0xdc00))
            (i32.lt_u (local.get $at) (local.get $stop))))
        (call $trap-unless
          (i32.eq
            (i32.and (i32.load16_u $to (local.get $at)) (i32.const 0xfc00))
            (i32.const 0xdc00)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br $next))))

  ;; Where results go (caller) or lie (callee): aligned, or a trap.
  (func $aligned (param $at i32) (param $mask i32) (result i32)
    (if (i32.and (local.get $at) (local.get $mask)) (then (unreachable)))
    (local.get $at))

  (func $adapt-echo-string (param $at i32) (param $length i32) (param $result i32)
    (local $returned i32) (local $new i32)
    (local.set $returned
      (call $aligned
        (call $echo-string (call $string-in (local.get $at) (local.get $length)) (local.get $length))
        (i32.const 3)))
    (local.set $length (i32.load $to offset=4 (local.get $returned)))
    (local.set $new (call $string-out (i32.load $to (local.get $returned)) (local.get $length)))
    (drop (call $aligned (local.get $result) (i32.const 3)))
    (i32.store $from (local.get $result) (local.get $new))
    (i32.store $from offset=4 (local.get $result) (local.get $length)))

  (func $adapt-read-bytes (param $at i32) (param $length i32) (result i32)
    (call $read-bytes (call $bytes-in (local.get $at) (local.get $length)) (local.get $length)))

  (func $adapt-echo-bytes (param $at i32) (param $length i32) (param $result i32)
    (local $returned i32) (local $new i32)
    (local.set $returned
      (call $aligned
        (call $echo-bytes (call $bytes-in (local.get $at) (local.get $length)) (local.get $length))
        (i32.const 3)))
    (local.set $length (i32.load $to offset=4 (local.get $returned)))
    (local.set $new (call $bytes-out (i32.load $to (local.get $returned)) (local.get $length)))
    (drop (call $aligned (local.get $result) (i32.const 3)))
    (i32.store $from (local.get $result) (local.get $new))
    (i32.store $from offset=4 (local.get $result) (local.get $length)))

  ;; hit: document 0, position 4, score 8, title 16 and 20, exact 24; size 32, alignment 8.
  (func $adapt-bump
    (param $document i32) (param $position i32) (param $score f64)
    (param $title i32) (param $length i32) (param $exact i32) (param $result i32)
    (local $returned i32) (local $new i32)
    (local.set $returned
      (call $aligned
        (call $bump
          (local.get $document)
          (local.get $position)
          (local.get $score)
          (call $string-in (local.get $title) (local.get $length))
          (local.get $length)
          (i32.ne (local.get $exact) (i32.const 0)))
        (i32.const 7)))
    (local.set $length (i32.load $to offset=20 (local.get $returned)))
    (local.set $new
      (call $string-out (i32.load $to offset=16 (local.get $returned)) (local.get $length)))
    (drop (call $aligned (local.get $result) (i32.const 7)))
    (i32.store $from (local.get $result) (i32.load $to (local.get $returned)))
    (i32.store $from offset=4 (local.get $result) (i32.load $to offset=4 (local.get $returned)))
    (f64.store $from offset=8 (local.get $result) (f64.load $to offset=8 (local.get $returned)))
    (i32.store $from offset=16 (local.get $result) (local.get $new))
    (i32.store $from offset=20 (local.get $result) (local.get $length))
    (i32.store8 $from offset=24
      (local.get $result)
      (i32.ne (i32.load8_u $to offset=24 (local.get $returned)) (i32.const 0))))

  ;; list<string>: 8 bytes an element. An empty list still has a pointer to check.
  (func $adapt-read-strings (param $at i32) (param $count i32) (result i32)
    (local $new i32) (local $end i32) (local $element i32) (local $length i32)
    (if
      (i32.or
        (i32.gt_u (local.get $count) (i32.const 0x01ffffff))
        (i32.and (local.get $at) (i32.const 3)))
      (then (unreachable)))
    (local.set $new
      (call $aligned
        (call $realloc-to
          (i32.const 0) (i32.const 0) (i32.const 4)
          (i32.shl (local.get $count) (i32.const 3)))
        (i32.const 3)))
    (if (i32.eqz (local.get $count))
      (then (memory.copy $to $from (local.get $new) (local.get $at) (i32.const 0))))
    (local.set $end (i32.add (local.get $new) (i32.shl (local.get $count) (i32.const 3))))
    (if (i32.lt_u (local.get $end) (local.get $new)) (then (unreachable)))
    (local.set $element (local.get $new))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $element) (local.get $end)))
        (local.set $length (i32.load $from offset=4 (local.get $at)))
        (i32.store $to
          (local.get $element)
          (call $string-in (i32.load $from (local.get $at)) (local.get $length)))
        (i32.store $to offset=4 (local.get $element) (local.get $length))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $element (i32.add (local.get $element) (i32.const 8)))
        (br $next)))
    (call $read-strings (local.get $new) (local.get $count))))
