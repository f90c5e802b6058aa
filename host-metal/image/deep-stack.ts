/**
 * Loaded by Node before wasm2c of the npm package: gives that program a deep stack.
 *
 * It is a WebAssembly module with 64 KiB of stack below its heap, and goes down into
 * blocks as deep as they are nested: some hundred levels, and it writes into its own
 * data. So its memory is made as large as it may become, and the stack begins at the
 * end. The heap would meet it where it could not grow any further in any case.
 *
 * Only Node's own modules are imported: this is loaded once for each module of a plan.
 */

const MEMORY_SECTION = 5;
const GLOBAL_SECTION = 6;
const HEADER = 8;
const PAGE = 65_536;
/** Limits with a maximum; a mutable i32, whose value is constant. */
const HAS_MOST = 1;
const [I32, MUTABLE, CONST, END] = [0x7f, 1, 0x41, 0x0b];
const STACK_ALIGNMENT = 16;

interface Read {
  readonly value: number;
  readonly next: number;
}

function readNumber(bytes: Uint8Array, at: number): Read {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next++) {
    const byte = bytes[next] ?? 0;
    value |= (byte & 127) << shift;
    if (byte < 128) return { value: value >>> 0, next: next + 1 };
  }
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Of a number with 31 bits or fewer. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}

/** The module with a deep stack; undefined for one that is not as Emscripten makes them. */
function deepened(module: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const parts: Uint8Array[] = [module.subarray(0, HEADER)];
  let most: number | undefined;
  let done = false;
  for (let at = HEADER; at < module.length;) {
    const kind = module[at] ?? 0;
    const { value: size, next: start } = readNumber(module, at + 1);
    let content: Uint8Array = module.subarray(start, start + size);
    if (kind === MEMORY_SECTION && content[0] === 1 && content[1] === HAS_MOST) {
      most = readNumber(content, readNumber(content, 2).next).value;
      content = Uint8Array.from([1, HAS_MOST, ...unsigned(most), ...unsigned(most)]);
    }
    if (kind === GLOBAL_SECTION && most !== undefined && isStackPointer(content)) {
      const { next: end } = readNumber(content, 4);
      const top = [...signed(most * PAGE - STACK_ALIGNMENT)];
      content = Uint8Array.from([...content.subarray(0, 4), ...top, ...content.subarray(end)]);
      done = true;
    }
    parts.push(Uint8Array.from([kind, ...unsigned(content.length)]), content);
    at = start + size;
  }
  return done ? new Uint8Array(Buffer.concat(parts)) : undefined;
}

/** The only global, or the first. */
function isStackPointer(globals: Uint8Array): boolean {
  const { next: end } = readNumber(globals, 4);
  const shape = [globals[1], globals[2], globals[3], globals[end]];
  return shape.every((byte, i) => byte === [I32, MUTABLE, CONST, END][i]);
}

const instantiate = WebAssembly.instantiate.bind(WebAssembly);

/** Where there is no room for so much memory, a flat stack has to do. */
async function instantiateDeep(
  module: Uint8Array<ArrayBuffer>,
  imports?: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  const deep = deepened(module);
  if (deep === undefined) return instantiate(module, imports);
  try {
    return await instantiate(deep, imports);
  } catch (error) {
    if (error instanceof RangeError) return instantiate(module, imports);
    throw error;
  }
}

Object.assign(WebAssembly, { instantiate: instantiateDeep });
