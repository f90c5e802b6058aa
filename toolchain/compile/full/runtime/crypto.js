/** Random numbers as `crypto` has them, which QuickJS does not, by WASI. Nothing else of it. */
import { getRandomBytes } from "wasi:random/random@0.2.12";

const MOST = 65536;

function getRandomValues(array) {
  if (!ArrayBuffer.isView(array) || array instanceof Float32Array || array instanceof Float64Array)
    throw new TypeError("getRandomValues: expected an array of integers");
  if (array.byteLength > MOST)
    throw new DOMException(
      `getRandomValues: ${array.byteLength} bytes are more than ${MOST}`,
      "QuotaExceededError",
    );
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(getRandomBytes(array.byteLength));
  return array;
}

/** Version 4. */
function randomUUID() {
  const bytes = getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

globalThis.crypto = { getRandomValues, randomUUID };
