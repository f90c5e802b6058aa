/**
 * Copies and compares component values inside one memory, type by type.
 *
 * A stand-in for an adapter that is fast enough for a million calls: what the
 * reference ABI does by way of JavaScript values, this does on the bytes.
 */
import { layoutOf, recordLayout, variantLayout, type ValueType } from "../../../toolchain/abi/index.ts";

/** Copies the value at `from` to `to`; blocks it points to are copied to new ones. */
export type Copy = (from: number, to: number) => void;
/** Whether the values at both places are the same. */
export type Same = (a: number, b: number) => boolean;

export class MemoryCopier {
  readonly #memory: WebAssembly.Memory;
  readonly #allocate: (size: number, align: number) => number;
  #view: DataView;
  #bytes: Uint8Array;

  constructor(
    memory: WebAssembly.Memory,
    realloc: (old: number, oldSize: number, align: number, size: number) => unknown,
  ) {
    this.#memory = memory;
    this.#allocate = (size, align) => Number(realloc(0, 0, align, size)) >>> 0;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  copier(type: ValueType): Copy {
    switch (type.kind) {
      case "string":
        return this.#listCopier(2, 2, undefined);
      case "list": {
        const { size, align } = layoutOf(type.element);
        return this.#listCopier(size, align, isFlat(type.element) ? undefined : this.copier(type.element));
      }
      case "record":
        return this.#fieldsCopier(type.fields.map((field) => field.type));
      case "option": {
        const { payloadOffset } = variantLayout([{}, { type: type.type }]);
        const inner = this.copier(type.type);
        return (from, to) => {
          this.view.setUint8(to, this.view.getUint8(from));
          if (this.view.getUint8(from) !== 0) inner(from + payloadOffset, to + payloadOffset);
        };
      }
      default: {
        const { size } = layoutOf(type);
        return (from, to) => void this.bytes.copyWithin(to, from, from + size);
      }
    }
  }

  comparer(type: ValueType): Same {
    switch (type.kind) {
      case "string":
        return this.#listComparer(2, undefined);
      case "list": {
        const inner = isFlat(type.element) ? undefined : this.comparer(type.element);
        return this.#listComparer(layoutOf(type.element).size, inner);
      }
      case "record": {
        const { offsets } = recordLayout(type.fields.map((field) => field.type));
        const fields = type.fields.map((field) => this.comparer(field.type));
        return (a, b) => fields.every((same, i) => same(a + (offsets[i] ?? 0), b + (offsets[i] ?? 0)));
      }
      case "option": {
        const { payloadOffset } = variantLayout([{}, { type: type.type }]);
        const inner = this.comparer(type.type);
        return (a, b) =>
          this.view.getUint8(a) === this.view.getUint8(b) &&
          (this.view.getUint8(a) === 0 || inner(a + payloadOffset, b + payloadOffset));
      }
      default: {
        const { size } = layoutOf(type);
        return (a, b) => this.#sameBytes(a, b, size);
      }
    }
  }

  /** A guest that grows its memory detaches the buffer, which then has no bytes. */
  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  #refresh(): void {
    if (this.#bytes.length > 0) return;
    this.#view = new DataView(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  #fieldsCopier(types: readonly ValueType[]): Copy {
    const { offsets } = recordLayout(types);
    const fields = types.map((type) => this.copier(type));
    return (from, to) => {
      for (const [i, copy] of fields.entries()) copy(from + (offsets[i] ?? 0), to + (offsets[i] ?? 0));
    };
  }

  #listCopier(size: number, align: number, element: Copy | undefined): Copy {
    return (from, to) => {
      const data = this.view.getUint32(from, true);
      const length = this.view.getUint32(from + 4, true);
      const block = this.#allocate(length * size, align);
      this.view.setUint32(to, block, true);
      this.view.setUint32(to + 4, length, true);
      if (element === undefined) this.bytes.copyWithin(block, data, data + length * size);
      else for (let i = 0; i < length; i++) element(data + i * size, block + i * size);
    };
  }

  #listComparer(size: number, element: Same | undefined): Same {
    return (a, b) => {
      const length = this.view.getUint32(a + 4, true);
      if (length !== this.view.getUint32(b + 4, true)) return false;
      const left = this.view.getUint32(a, true);
      const right = this.view.getUint32(b, true);
      if (element === undefined) return this.#sameBytes(left, right, length * size);
      for (let i = 0; i < length; i++) if (!element(left + i * size, right + i * size)) return false;
      return true;
    };
  }

  #sameBytes(a: number, b: number, size: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < size; i++) if (bytes[a + i] !== bytes[b + i]) return false;
    return true;
  }
}

/** Without pointers inside. */
function isFlat(type: ValueType): boolean {
  return !["string", "list", "record", "option"].includes(type.kind);
}
