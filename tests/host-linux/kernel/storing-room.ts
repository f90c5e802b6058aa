/** A room that is made at run time, of two components, with resources of one in the other. */

/** A room with a store in it, whose blobs it keeps: it says how many there are, and by which handle it has the last. */
export const STORING = `(component
  (component $store
    (core module $m (global $live (mut i32) (i32.const 0))
      (func (export "add") (param $n i32) (global.set $live (i32.add (global.get $live) (local.get $n))))
      (func (export "destroy") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1))))
      (func (export "live") (result i32) (global.get $live)))
    (core instance $m (instantiate $m))
    (type $blob (resource (rep i32) (dtor (core func $m "destroy"))))
    (core func $new (canon resource.new $blob))
    (core module $maker (import "" "new" (func $new (param i32) (result i32))) (import "" "add" (func $add (param i32)))
      (func (export "make") (result i32) (call $add (i32.const 1)) (call $new (i32.const 7))))
    (core instance $maker (instantiate $maker (with "" (instance
      (export "new" (func $new)) (export "add" (func $m "add"))))))
    (export $out "blob" (type $blob))
    (func (export "make") (result (own $out)) (canon lift (core func $maker "make")))
    (func (export "live") (result u32) (canon lift (core func $m "live"))))
  (component $room
    (import "blob" (type $blob (sub resource)))
    (import "make" (func $make (result (own $blob))))
    (import "live" (func $live (result u32)))
    (core func $make (canon lower (func $make)))
    (core func $live (canon lower (func $live)))
    (core func $drop (canon resource.drop $blob))
    (core module $m
      (import "" "make" (func $make (result i32))) (import "" "live" (func $live (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
      (func (export "say") (param i32 i32))
      (func (export "count") (result i32) (local $kept i32)
        (local.set $kept (call $make))
        (call $drop (call $make))
        (i32.add (i32.mul (call $live) (i32.const 10)) (local.get $kept)))
      (func (export "last") (result i32) i32.const 8)
      (func (export "crash") unreachable))
    (core instance $a (instantiate $m (with "" (instance
      (export "make" (func $make)) (export "live" (func $live)) (export "drop" (func $drop))))))
    (func $say (param "text" string) (canon lift (core func $a "say") string-encoding=utf16
      (memory (core memory $a "memory")) (realloc (core func $a "realloc"))))
    (func $count (result s32) (canon lift (core func $a "count")))
    (func $last (result string) (canon lift (core func $a "last") string-encoding=utf16
      (memory (core memory $a "memory")) (realloc (core func $a "realloc"))))
    (func $crash (canon lift (core func $a "crash")))
    (instance $api (export "say" (func $say)) (export "count" (func $count)) (export "last" (func $last))
      (export "crash" (func $crash)))
    (export "chat:room/api" (instance $api)))
  (instance $store (instantiate $store))
  (instance $room (instantiate $room (with "blob" (type $store "blob"))
    (with "make" (func $store "make")) (with "live" (func $store "live"))))
  (export "chat:room/api" (instance $room "chat:room/api")))`;
