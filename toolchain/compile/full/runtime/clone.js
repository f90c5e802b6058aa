/** `structuredClone`, which QuickJS does not have. Source: HTML, "StructuredSerializeInternal". */

function clone(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") throw refused(value);
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => {
    seen.set(value, made);
    return made;
  };
  const inner = (one) => clone(one, seen);
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice());
  if (ArrayBuffer.isView(value)) {
    const { constructor, byteOffset, byteLength, length = byteLength } = value;
    return keep(new constructor(inner(value.buffer), byteOffset, length));
  }
  if (value instanceof Map) {
    const made = keep(new Map());
    for (const [key, one] of value) made.set(inner(key), inner(one));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    for (const one of value) made.add(inner(one));
    return made;
  }
  if (value instanceof Error) return keep(clonedError(value, inner));
  if (BOXED.test(Object.prototype.toString.call(value))) return keep(Object(value.valueOf()));
  if (
    value instanceof Promise ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof WeakRef
  )
    throw refused(value);
  const made = keep(Array.isArray(value) ? Array.from({ length: value.length }) : {});
  for (const key of Object.keys(value)) made[key] = inner(value[key]);
  return made;
}

const BOXED = /^\[object (?:Boolean|Number|String|BigInt)\]$/;

function clonedError(error, inner) {
  const known = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  const type = known.find(({ name }) => name === error.name) ?? Error;
  const made = new type(error.message, ...("cause" in error ? [{ cause: inner(error.cause) }] : []));
  made.stack = error.stack;
  return made;
}

function refused(value) {
  return new DOMException(`${String(value)} could not be cloned.`, "DataCloneError");
}

globalThis.structuredClone = (value) => clone(value, new Map());
