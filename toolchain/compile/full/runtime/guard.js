/**
 * Part of every program of the full dialect: what happens to exceptions.
 *
 * A value that is thrown from a function whose result has an error case is that
 * error. Everything else that nobody caught ends the process, with its text and
 * its stack in lines of TypeScript; also an `Error` where the error has no value,
 * as in `run` of a command, which tells what else was thrown.
 */
import { giveUp } from "atoll:guest/last-words@0.1.0";
import { begin, finish, whereNamesAre } from "atoll:full/turn";

/** Lines of the bundle by `;`; in each `column:source:line` in base 36, from the left. Put in after bundling. */
const POSITIONS = "@ATOLL_POSITIONS@";
/** Names of the sources by `|`. */
const SOURCES = "@ATOLL_SOURCES@";
/** Of a command: takes what was thrown where nothing else does. */
let toTell;

// Frames that tell what of the program called a package that threw.
Error.stackTraceLimit = 50;

/** While an export is called: what the program calls of its own exports then is not for it to end by. */
let isInside = false;

/**
 * What the component exports by a name: a function, or an interface as an object of functions and classes.
 * `results`: by the names of the functions whose result has an error case, whether that has a value.
 * `tell`: of a command, who is told.
 */
export function guardExport(item, results, name, tell) {
  toTell ??= tell;
  if (typeof item === "function") return guard(item, results, name);
  const functions = {};
  for (const key of keysOf(item)) functions[key] = guard(item[key], results, key, item);
  return functions;
}

/** Also of an object that is an instance of a class. */
function keysOf(item) {
  const keys = new Set();
  for (let holder = item; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder))
    for (const key of Object.getOwnPropertyNames(holder)) if (key !== "constructor") keys.add(key);
  return keys;
}

/** `owner`: whose method it is. */
function guard(item, results, name, owner) {
  if (typeof item !== "function") return item;
  if (/^class\b/.test(Function.prototype.toString.call(item))) return guardClass(item, results, name);
  return guarded(item, name, results[name], owner);
}

function guardClass(item, results, name) {
  for (const holder of [item, item.prototype]) {
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof property.value !== "function" || key === "constructor" || key === "prototype") continue;
      const value = guarded(property.value, key, results[`${name}.${key}`]);
      Object.defineProperty(holder, key, { ...property, value });
    }
  }
  const construct = (args, newTarget) => Reflect.construct(item, args, newTarget);
  const create = guarded(construct, `new ${name}`, undefined);
  return new Proxy(item, { construct: (_, args, newTarget) => create(args, newTarget) });
}

/** `errorCase`: undefined where it has none, or whether the error has a value. */
function guarded(callee, name, errorCase, owner) {
  return function (...args) {
    const self = owner ?? this;
    if (isInside) return callee.apply(self, args);
    isInside = true;
    try {
      begin();
      const result = finish(callee.apply(self, args), toTell !== undefined);
      isInside = isPromise(result);
      return isInside ? result.then(left, (error) => escaped(error, name, errorCase)) : result;
    } catch (error) {
      return escaped(error, name, errorCase);
    }
  };
}

function left(result) {
  isInside = false;
  return result;
}

/** Only of an engine that waits for it. */
function isPromise(value) {
  return value instanceof Promise;
}

/** An `Error` that carries a payload is how engines hand on the error case of a function that was called. */
function escaped(error, name, errorCase) {
  isInside = false;
  const isHandedOn = error instanceof Error && "payload" in error;
  if (errorCase === true && (isHandedOn || !(error instanceof Error))) throw error;
  if (errorCase === undefined || error instanceof Error) giveUp(textOf(error));
  if (error !== undefined) toTell?.(`${name} ${textOf(error)}`);
  throw error;
}

function textOf(error, depth = 0) {
  if (!(error instanceof Error) || depth > MOST_CAUSES) return `threw ${valueText(error)}`;
  const frames = (error.stack ?? "")
    .split("\n")
    .map(frameText)
    .filter((frame) => frame !== "");
  const message = error.message || ("payload" in error ? valueText(error.payload) : "");
  const hint = error instanceof ReferenceError ? whereNamesAre : "";
  const rest = frames.length > MOST_FRAMES ? [`    … and ${frames.length - MOST_FRAMES} more`] : [];
  const causes = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])];
  const told = causes.filter((cause) => cause !== undefined).slice(0, MOST_CAUSES);
  return [
    `${error.name}: ${message}${hint}`,
    ...frames.slice(0, MOST_FRAMES),
    ...rest,
    ...told.map((cause) => `  caused by ${textOf(cause, depth + 1)}`),
  ].join("\n");
}
const MOST_FRAMES = 20;
const MOST_CAUSES = 4;

/** Of any value: also one with numbers of 64 bits, which JSON does not have, or that holds itself. */
function valueText(value) {
  try {
    return JSON.stringify(value, withoutBigInt) ?? String(value);
  } catch {
    return String(value);
  }
}

function withoutBigInt(_name, value) {
  return typeof value === "bigint" ? String(value) : value;
}

/** `    at f (file:1:2)` of QuickJS, `f@file:1:2` of StarlingMonkey. Frames of this file and the engine are left out. */
function frameText(line) {
  const found = /^\s*(?:at )?(.*?)[ @(]*(?:[^\s()@]*):(\d+):(\d+)\)?$/.exec(line);
  const place = found && placeOf(Number(found[2]), Number(found[3]));
  return place ? `    at ${place}${found[1] ? `  ${found[1]}` : ""}` : "";
}

/** Of a position in the bundle, both from 1. */
function placeOf(line, column) {
  const segments = (POSITIONS.split(";")[line - 1] ?? "").split(",").filter((text) => text !== "");
  let best;
  for (const segment of segments) {
    const [start, source, from] = segment.split(":").map((text) => parseInt(text, 36));
    if (start < column) best = `${SOURCES.split("|")[source]}:${from}`;
  }
  return best;
}
