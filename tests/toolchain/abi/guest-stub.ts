/** A guest that is nothing but a memory and an allocator that never frees. */
import type { CanonicalOptions, Realloc } from "../../../toolchain/abi/index.ts";

type Encoding = NonNullable<CanonicalOptions["encoding"]>;

export class GuestStub implements CanonicalOptions {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 });
  readonly encoding: Encoding;
  /** Each call of `realloc`: old size, alignment, new size. */
  readonly calls: [number, number, number][] = [];
  #end = 8;

  constructor(encoding: Encoding = "utf8") {
    this.encoding = encoding;
  }

  readonly realloc: Realloc = (oldPointer, oldSize, align, newSize) => {
    this.calls.push([oldSize, align, newSize]);
    const pointer = Math.ceil(this.#end / align) * align;
    this.#end = pointer + newSize;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    this.bytes.copyWithin(pointer, oldPointer, oldPointer + Math.min(oldSize, newSize));
    return pointer;
  };

  get options(): CanonicalOptions {
    return { memory: this.memory, realloc: this.realloc, encoding: this.encoding };
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Puts bytes into the memory and says where. */
  place(bytes: ArrayLike<number>, align = 1): number {
    const pointer = Number(this.realloc(0, 0, align, bytes.length));
    this.bytes.set(bytes, pointer);
    return pointer;
  }
}
