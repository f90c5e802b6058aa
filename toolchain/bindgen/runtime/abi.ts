/**
 * Module "atoll/abi": what generated glue calls to move values across.
 *
 * Strings are UTF-16 and lists of numbers are laid out as the canonical ABI
 * wants them, so they cross without a copy on this side: lowering passes the
 * object's own address, and lifting makes the block that the adapter filled
 * into the object. See scratch.ts for what has to be built on the way out.
 *
 * Life of a block: the adapter asks `cabi_realloc` for it and fills it while
 * nothing of ours refers to it, and may ask for more, which may collect. So it
 * is pinned from there until it is lifted; from then on it is an object like
 * any other. Source: CanonicalABI.md, "Canonical ABI Options" (realloc).
 */
import { OBJECT, TOTAL_OVERHEAD } from "rt/common";

/** The component's allocator: blocks are pinned `ArrayBuffer`s, not cleared. No bytes: no block. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  // @ts-ignore: added to the collector, see collector.ts
  if (oldSize == 0) return size == 0 ? align : __newPinned(size, idof<ArrayBuffer>());
  if (size == 0) {
    __unpin(old);
    return align;
  }
  const block = __renew(old, size);
  if (block != old) {
    __unpin(old);
    __pin(block);
  }
  return block;
}

/** Gives up a block that was only a container: a list's elements, spilled parameters. */
// @ts-ignore: decorator
@inline
export function freeBlock(block: usize, size: usize): void {
  if (size != 0) __unpin(block);
}

/** Turns a block into an object of class `id`, which the collector then owns. */
// @ts-ignore: decorator
@inline
function adopt(block: usize, id: u32, size: usize): void {
  __unpin(block);
  const header = changetype<OBJECT>(block - TOTAL_OVERHEAD);
  header.rtId = id;
  header.rtSize = <u32>size;
}

/** `length` counts UTF-16 code units. */
// @ts-ignore: decorator
@inline
export function liftString(block: usize, length: i32): string {
  if (length == 0) return "";
  adopt(block, idof<string>(), <usize>length << 1);
  return changetype<string>(block);
}

/** For elements that are the same in memory as in the canonical ABI. */
// @ts-ignore: decorator
@inline
export function liftStaticArray<T>(block: usize, length: i32): StaticArray<T> {
  if (length == 0) return new StaticArray<T>(0);
  adopt(block, idof<StaticArray<T>>(), <usize>length << alignof<T>());
  return changetype<StaticArray<T>>(block);
}

/** For elements that are the same in memory as in the canonical ABI. */
export function liftArray<T>(block: usize, length: i32): Array<T> {
  if (length == 0) return new Array<T>(0);
  const array = changetype<Array<T>>(__new(offsetof<Array<T>>(), idof<Array<T>>()));
  attach(changetype<usize>(array), block, <usize>length << alignof<T>());
  store<i32>(changetype<usize>(array), length, offsetof<Array<T>>("length_"));
  return array;
}

/** A typed array `A` of elements `T`, such as `Float64Array` of `f64`. */
export function liftTypedArray<A, T>(block: usize, length: i32): A {
  if (length == 0) return instantiate<A>(0);
  const array = __new(offsetof<A>(), idof<A>());
  attach(array, block, <usize>length << alignof<T>());
  return changetype<A>(array);
}

/** Makes a block the buffer of an array or typed array; both begin like `ArrayBufferView`. */
// @ts-ignore: decorator
@inline
function attach(array: usize, block: usize, size: usize): void {
  store<usize>(array, block, offsetof<ArrayBufferView>("buffer"));
  store<usize>(array, block, offsetof<ArrayBufferView>("dataStart"));
  store<i32>(array, <i32>size, offsetof<ArrayBufferView>("byteLength"));
  __unpin(block);
  __link(array, block, false);
}

/** An object whose fields the caller assigns next; its constructor does not run. */
// @ts-ignore: decorator
@inline
export function bareObject<C>(): C {
  return changetype<C>(__new(offsetof<C>(), idof<C>()));
}

/** Sets a field of an object that has just been made, `readonly` or not. */
// @ts-ignore: decorator
@inline
export function setField<T>(object: usize, offset: usize, value: T): void {
  store<T>(object + offset, value);
  if (isManaged<T>()) __link(object, changetype<usize>(value), false);
}

/** A fixed-length list must have the length that its type says. */
// @ts-ignore: decorator
@inline
export function checkLength(found: i32, expected: i32, message: string): void {
  if (found != expected) throw new RangeError(message);
}

/** A variant's object is of none of the classes that are its cases. */
export function unknownCase(message: string): void {
  throw new TypeError(message);
}

/** What the last abort said: message, file (addresses of strings, or 0), line, column. */
export const lastAbort: usize = memory.data(16);

/**
 * Takes the place of AssemblyScript's `abort`, which would be an import that WIT
 * does not know: `--use abort=~lib/atoll/abi/abort`.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  store<usize>(lastAbort, changetype<usize>(message));
  store<usize>(lastAbort, changetype<usize>(file), 4);
  store<u32>(lastAbort, line, 8);
  store<u32>(lastAbort, column, 12);
  unreachable();
}
