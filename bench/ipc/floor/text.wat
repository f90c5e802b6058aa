;; What the cases `utf8-utf16-*` are compared with: memory.copy, there and back.
;;
;; The bytes of the UTF-8 text are copied into memory that the callee allocates,
;; and what it returns into memory of the caller: neither transcoded nor validated.
;; The ends of `atoll-direct-wat` hold the text in two encodings, so it writes
;; up to three times as many bytes.
(module
  (import "caller" "memory" (memory $from 1))
  (import "callee" "memory" (memory $to 1))
  (import "caller" "cabi_realloc" (func $realloc-from (param i32 i32 i32 i32) (result i32)))
  (import "callee" "cabi_realloc" (func $realloc-to (param i32 i32 i32 i32) (result i32)))
  (import "callee" "bench:ipc/ops#echo-string" (func $echo-string (param i32 i32) (result i32)))
  (import "shim" "table" (table 5 funcref))
  (elem (i32.const 0) func $adapt-echo-string)

  (func $adapt-echo-string (param $at i32) (param $length i32) (param $result i32)
    (local $returned i32) (local $new i32)
    (local.set $new
      (call $realloc-to (i32.const 0) (i32.const 0) (i32.const 2) (local.get $length)))
    (memory.copy $to $from (local.get $new) (local.get $at) (local.get $length))
    (local.set $returned (call $echo-string (local.get $new) (local.get $length)))
    (local.set $length (i32.load $to offset=4 (local.get $returned)))
    (local.set $new
      (call $realloc-from (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (memory.copy $from $to
      (local.get $new) (i32.load $to (local.get $returned)) (local.get $length))
    (i32.store $from (local.get $result) (local.get $new))
    (i32.store $from offset=4 (local.get $result) (local.get $length))))
