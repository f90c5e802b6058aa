/**
 * Pass: the bytes of a component, decoded and validated; other things refused by what they are.
 */
import { NO_ASYNC } from "../../abi/index.ts";
import {
  decodeComponent,
  decodeModule,
  kindOfBinary,
  validateComponent,
  ValidationError,
  WasmError,
  type Component,
  type CoreModule,
} from "../../wasm/index.ts";
import { LinkError, type LinkErrorCode } from "../error.ts";
import { RESERVED } from "../plan.ts";

/** @throws LinkError (`component`, `not-yet`, `limit`) that names the file. */
export function decodeComponentFile(bytes: Uint8Array, file: string): Component {
  return reported(file, () => {
    if (kindOfBinary(bytes) === "module") {
      throw new LinkError(
        "component",
        `${file}: expected a component, found a core module`,
        "A component carries its interfaces with it: `atoll build` makes one from a program.",
      );
    }
    const component = decodeComponent(bytes);
    const [use] = validateComponent(component).asyncUses;
    if (use) throw notYet(file, `${use.path}, byte 0x${use.offset.toString(16)}: ${use.feature}`);
    return component;
  });
}

/** A core module of a valid component, without names that are the linker's. */
export function decodeCoreModule(bytes: Uint8Array, at: string): CoreModule {
  const module = reported(at, () => decodeModule(bytes));
  const reserved = module.exports.find(({ name }) => name.startsWith(RESERVED.prefix) && !name.includes("/"));
  if (reserved) {
    throw new LinkError(
      "component",
      `${at}: exports "${reserved.name}"; names that begin with "${RESERVED.prefix}" and have no slash are the linker's`,
    );
  }
  return module;
}

function notYet(file: string, feature: string): LinkError {
  return new LinkError("not-yet", `${file}: ${feature}: Atoll cannot link that yet`, `${NO_ASYNC}.`);
}

const CODES: Readonly<Record<ValidationError["kind"], LinkErrorCode>> = {
  invalid: "component",
  "not yet": "not-yet",
  limit: "limit",
};

/** Runs a decoder; its error becomes one that names the file. */
export function reported<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof WasmError) && !(cause instanceof ValidationError)) throw cause;
    const code = cause instanceof ValidationError ? CODES[cause.kind] : "component";
    throw new LinkError(code, `${file}: ${cause.message}`, undefined, { cause });
  }
}
