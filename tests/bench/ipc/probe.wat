;; A caller that hands on what the test tells it, good or bad.
(module
  (import "bench:ipc/ops" "echo-string" (func $echo-string (param i32 i32 i32)))
  (import "bench:ipc/ops" "echo-bytes" (func $echo-bytes (param i32 i32 i32)))
  (import "bench:ipc/ops" "bump" (func $bump (param i32 i32 f64 i32 i32 i32 i32)))
  (import "bench:ipc/ops" "read-strings" (func $read-strings (param i32 i32) (result i32)))
  (memory (export "memory") 8)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
  (func (export "echo") (param i32 i32 i32)
    (call $echo-string (local.get 0) (local.get 1) (local.get 2)))
  (func (export "bytes") (param i32 i32 i32)
    (call $echo-bytes (local.get 0) (local.get 1) (local.get 2)))
  (func (export "strings") (param i32 i32) (result i32)
    (call $read-strings (local.get 0) (local.get 1)))
  (func (export "bump") (param $title i32) (param $length i32) (param $exact i32) (param $result i32)
    (call $bump
      (i32.const 0) (i32.const 0) (f64.const 0)
      (local.get $title) (local.get $length) (local.get $exact) (local.get $result))))
