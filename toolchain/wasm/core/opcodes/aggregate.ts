/**
 * Opcodes of the instructions on structures, arrays and casts (prefix 0xfb).
 *
 * Core spec 3.0 §5.4 "Aggregate Instructions" and "Reference Instructions".
 */

/** `array.copy` names its destination first; `length` is a count of operands. */
export const AGGREGATE = {
  "struct.new": [0xfb_0000, "type"],
  "struct.new_default": [0xfb_0001, "type"],
  "struct.get": [0xfb_0002, "type", "field"],
  "struct.get_s": [0xfb_0003, "type", "field"],
  "struct.get_u": [0xfb_0004, "type", "field"],
  "struct.set": [0xfb_0005, "type", "field"],
  "array.new": [0xfb_0006, "type"],
  "array.new_default": [0xfb_0007, "type"],
  "array.new_fixed": [0xfb_0008, "type", "length"],
  "array.new_data": [0xfb_0009, "type", "data"],
  "array.new_elem": [0xfb_000a, "type", "element"],
  "array.get": [0xfb_000b, "type"],
  "array.get_s": [0xfb_000c, "type"],
  "array.get_u": [0xfb_000d, "type"],
  "array.set": [0xfb_000e, "type"],
  "array.len": 0xfb_000f,
  "array.fill": [0xfb_0010, "type"],
  "array.copy": [0xfb_0011, "type", "type"],
  "array.init_data": [0xfb_0012, "type", "data"],
  "array.init_elem": [0xfb_0013, "type", "element"],
  "ref.test": [0xfb_0014, "heap type"],
  "ref.test null": [0xfb_0015, "heap type"],
  "ref.cast": [0xfb_0016, "heap type"],
  "ref.cast null": [0xfb_0017, "heap type"],
  br_on_cast: [0xfb_0018, "cast flags", "label", "heap type", "heap type"],
  br_on_cast_fail: [0xfb_0019, "cast flags", "label", "heap type", "heap type"],
  "any.convert_extern": 0xfb_001a,
  "extern.convert_any": 0xfb_001b,
  "ref.i31": 0xfb_001c,
  "i31.get_s": 0xfb_001d,
  "i31.get_u": 0xfb_001e,
} as const;
