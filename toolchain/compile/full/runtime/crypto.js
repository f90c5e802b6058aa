/**
 * Random numbers by WASI: as `crypto` has them, which QuickJS does not, and nothing else of it;
 * and `Math.random`, whose state in QuickJS is the one that it had when the program was built.
 */
import { getRandomBytes } from "wasi:random/random@0.2.12";
import { isBuilt, refuseAtTop } from "./promise.js";

const MOST = 65536;

function getRandomValues(array) {
  refuseAtTop("crypto.getRandomValues");
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

/** Of sfc32, by Chris Doty-Humphrey: small, fast, and passes the usual tests. */
let state;

function nextWord() {
  const sum = (((state[0] + state[1]) | 0) + state[3]++) | 0;
  state[0] = state[1] ^ (state[1] >>> 9);
  state[1] = (state[2] + (state[2] << 3)) | 0;
  state[2] = ((state[2] << 21) | (state[2] >>> 11)) + sum;
  return sum >>> 0;
}

const randomOfBuild = Math.random;
Math.random = function random() {
  if (!isBuilt()) return randomOfBuild();
  state ??= getRandomValues(new Uint32Array(4));
  return ((nextWord() >>> 5) * 2 ** 26 + (nextWord() >>> 6)) / 2 ** 53;
};

globalThis.crypto = { getRandomValues, randomUUID };
