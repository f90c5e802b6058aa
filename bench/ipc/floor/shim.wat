;; Stands in for the adapter while the caller is instantiated: the adapter needs
;; the caller's memory, and the caller needs functions. `add` needs neither and
;; is imported straight from the callee.
(module
  (type $echo (func (param i32 i32 i32)))
  (type $read (func (param i32 i32) (result i32)))
  (type $bump (func (param i32 i32 f64 i32 i32 i32 i32)))
  (table (export "table") 5 5 funcref)
  (func (export "echo-string") (param i32 i32 i32)
    (call_indirect (type $echo) (local.get 0) (local.get 1) (local.get 2) (i32.const 0)))
  (func (export "read-bytes") (param i32 i32) (result i32)
    (call_indirect (type $read) (local.get 0) (local.get 1) (i32.const 1)))
  (func (export "echo-bytes") (param i32 i32 i32)
    (call_indirect (type $echo) (local.get 0) (local.get 1) (local.get 2) (i32.const 2)))
  (func (export "bump") (param i32 i32 f64 i32 i32 i32 i32)
    (call_indirect (type $bump)
      (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
      (i32.const 3)))
  (func (export "read-strings") (param i32 i32) (result i32)
    (call_indirect (type $read) (local.get 0) (local.get 1) (i32.const 4))))
