/**
 * Gives everything that code and types name a new index.
 *
 * Where modules become one, their index spaces do too. Only operands change, so
 * that a map of offsets leads from each old instruction to its new place.
 */
import { ByteReader, ByteWriter, index, readInstructions, type core } from "../../wasm/index.ts";
import { applyEdits, type Edit, type Run } from "../rewrite/edit.ts";

/** From an old index to the new one, by index space. */
export interface Renumbering {
  readonly type: (old: number) => number;
  readonly func: (old: number) => number;
  readonly table: (old: number) => number;
  readonly memory: (old: number) => number;
  readonly global: (old: number) => number;
  readonly tag: (old: number) => number;
  readonly element: (old: number) => number;
  readonly data: (old: number) => number;
}

/** A body or a constant expression; `end` included. */
export function renumberedCode(
  code: Uint8Array,
  to: Renumbering,
): { readonly code: Uint8Array; readonly runs: readonly Run[] } {
  const edits: Edit[] = [];
  for (const cursor of readInstructions(code)) {
    for (let i = 0; i < cursor.count; i++) {
      const { kind, value, start, end } = cursor.operand(i);
      const written = operand(kind, value, code.subarray(start, end), to);
      if (written !== undefined) edits.push({ start, end, code: written });
    }
  }
  return applyEdits(code, edits);
}

/** Functions that code takes as values: a module has to declare these. */
export function functionsTaken(code: Uint8Array): number[] {
  const taken: number[] = [];
  for (const cursor of readInstructions(code)) {
    if (cursor.mnemonic === "ref.func") taken.push(cursor.operand(0).value);
  }
  return taken;
}

export function renumberedValue(type: core.ValType, to: Renumbering): core.ValType {
  return typeof type === "string" ? type : renumberedReference(type, to);
}

export function renumberedReference(type: core.RefType, to: Renumbering): core.RefType {
  return typeof type.heap === "string" ? type : { ...type, heap: index(to.type(type.heap)) };
}

export function renumberedGroup(group: core.RecType, to: Renumbering): core.RecType {
  return group.map(({ final, supertypes, composite }) => ({
    final,
    supertypes: supertypes.map((type) => index(to.type(type))),
    composite: renumberedComposite(composite, to),
  }));
}

function renumberedComposite(type: core.CompositeType, to: Renumbering): core.CompositeType {
  const field = ({ storage, mutable }: core.FieldType): core.FieldType => ({
    storage: storage === "i8" || storage === "i16" ? storage : renumberedValue(storage, to),
    mutable,
  });
  if (type.kind === "array") return { kind: "array", field: field(type.field) };
  if (type.kind === "struct") return { kind: "struct", fields: type.fields.map((f) => field(f)) };
  const values = (types: readonly core.ValType[]): core.ValType[] => types.map((t) => renumberedValue(t, to));
  return { kind: "func", params: values(type.params), results: values(type.results) };
}

/** The operand's new bytes; undefined where it stays as it is. */
function operand(kind: string, value: number, old: Uint8Array, to: Renumbering): Uint8Array | undefined {
  switch (kind) {
    case "signed type":
      return changed(value, to.type(value), (out, now) => out.s33(now));
    case "memory argument":
      return changed(value, to.memory(value), (out, now) => writeMemoryArgument(out, old, now));
    case "type":
    case "func":
    case "table":
    case "memory":
    case "global":
    case "tag":
    case "element":
    case "data":
      return changed(value, to[kind](value), (out, now) => out.u32(now));
    default:
      return undefined;
  }
}

function changed(
  old: number,
  now: number,
  write: (out: ByteWriter, now: number) => void,
): Uint8Array | undefined {
  if (old === now) return undefined;
  const out = new ByteWriter(16);
  write(out, now);
  return out.toBytes();
}

/** Bit 6 of the alignment says that a memory's index follows (Core spec 3.0 §5.4.7). */
const HAS_MEMORY = 0x40;

function writeMemoryArgument(out: ByteWriter, old: Uint8Array, memory: number): void {
  const reader = new ByteReader(old);
  const flags = reader.u32("alignment");
  if (flags & HAS_MEMORY) reader.u32("memory");
  out.u32(memory === 0 ? flags & ~HAS_MEMORY : flags | HAS_MEMORY);
  if (memory !== 0) out.u32(memory);
  out.bytes(old.subarray(reader.position));
}
