/**
 * Opcodes of control, variable, table and reference instructions.
 *
 * Core spec 3.0 §5.4. `try`, `catch`, `rethrow`, `delegate` and `catch_all` are
 * the legacy exceptions of Annex B, which toolchains still produce.
 */

/** Control and parametric instructions. */
export const CONTROL = {
  unreachable: 0x00,
  nop: 0x01,
  block: [0x02, "block type"],
  loop: [0x03, "block type"],
  if: [0x04, "block type"],
  else: 0x05,
  try: [0x06, "block type"],
  catch: [0x07, "tag"],
  throw: [0x08, "tag"],
  rethrow: [0x09, "label"],
  throw_ref: 0x0a,
  end: 0x0b,
  br: [0x0c, "label"],
  br_if: [0x0d, "label"],
  br_table: [0x0e, "labels"],
  return: 0x0f,
  call: [0x10, "func"],
  call_indirect: [0x11, "type", "table"],
  return_call: [0x12, "func"],
  return_call_indirect: [0x13, "type", "table"],
  call_ref: [0x14, "type"],
  return_call_ref: [0x15, "type"],
  delegate: [0x18, "label"],
  catch_all: 0x19,
  drop: 0x1a,
  select: 0x1b,
  "select typed": [0x1c, "value types"],
  try_table: [0x1f, "block type", "catches"],
} as const;

/** Locals and globals. */
export const VARIABLE = {
  "local.get": [0x20, "local"],
  "local.set": [0x21, "local"],
  "local.tee": [0x22, "local"],
  "global.get": [0x23, "global"],
  "global.set": [0x24, "global"],
} as const;

/** Tables and element segments. `table.copy` names its destination first. */
export const TABLE = {
  "table.get": [0x25, "table"],
  "table.set": [0x26, "table"],
  "table.init": [0xfc_000c, "element", "table"],
  "elem.drop": [0xfc_000d, "element"],
  "table.copy": [0xfc_000e, "table", "table"],
  "table.grow": [0xfc_000f, "table"],
  "table.size": [0xfc_0010, "table"],
  "table.fill": [0xfc_0011, "table"],
} as const;

/** References. */
export const REFERENCE = {
  "ref.null": [0xd0, "heap type"],
  "ref.is_null": 0xd1,
  "ref.func": [0xd2, "func"],
  "ref.eq": 0xd3,
  "ref.as_non_null": 0xd4,
  br_on_null: [0xd5, "label"],
  br_on_non_null: [0xd6, "label"],
} as const;
