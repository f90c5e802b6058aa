/**
 * Processes that talk to each other in rows and circles: one interface, a call with a result and one without.
 */
import type { SystemConfig } from "../../../toolchain/link/index.ts";
import { component, type Guests } from "./guests.ts";

export type Fields = Omit<SystemConfig["processes"][string], "component">;

/** By process: the part that it is made of, and what system.ts says of it. */
export type Talkers = Readonly<Record<string, readonly [part: string, fields?: Fields]>>;

const API = "get: func(x: u32) -> u32; say: func(x: u32);";

/** `leaf` calls nothing, `reader` and `writer` the console, `caller get say` those functions of the next one. */
export class TalkGuests {
  readonly #parts = new Map<string, Uint8Array>();

  static async built(): Promise<TalkGuests> {
    const guests = new TalkGuests();
    guests.add("leaf", await service([]));
    guests.add("reader", await service([], "read-line"));
    guests.add("writer", await service([], "write-line"));
    for (const uses of [["get"], ["say"], ["get", "say"]]) {
      guests.add(`caller ${uses.join(" ")}`, await service(uses));
    }
    return guests;
  }

  add(part: string, bytes: Uint8Array): void {
    this.#parts.set(part, bytes);
  }

  processes(talkers: Talkers): Guests {
    return Object.fromEntries(
      Object.entries(talkers).map(([name, [part, fields]]) => {
        const bytes = this.#parts.get(part);
        if (bytes === undefined) throw new Error(`no such part: ${part}`);
        return [name, { bytes, ...fields }];
      }),
    );
  }
}

/** Wired to a process, as the next one. */
export function to(process: string, more: object = {}): Fields {
  return { imports: { "t:talk/next": { process, interface: "t:talk/api", ...more } } };
}

const DEVICES = {
  "read-line": ["(param i32)", "(i32.const 0)"],
  "write-line": ["(param i32 i32)", "(i32.const 0) (i32.const 0)"],
} as const;

/** Its functions call those of `t:talk/next` and a function of the console. */
function service(uses: readonly string[], device?: keyof typeof DEVICES): Promise<Uint8Array> {
  const wit = `package t:talk; interface next { ${API} } interface api { ${API} }
    world w { export api; ${uses.length > 0 ? "import next;" : ""} ${device ? "import atoll:device/console@0.1.0;" : ""} export run: func(); }`;
  const imports = uses.map(
    (f) => `(import "t:talk/next" "${f}" (func $${f} (param i32) ${f === "get" ? "(result i32)" : ""}))`,
  );
  const calls = uses.map((f) => `(call $${f} (i32.const 0)) ${f === "get" ? "drop" : ""}`);
  if (device) {
    const [type, args] = DEVICES[device];
    imports.push(`(import "atoll:device/console@0.1.0" "${device}" (func $device ${type}))`);
    calls.push(`(call $device ${args})`);
  }
  const body = calls.join(" ");
  return component(
    wit,
    `(module ${imports.join(" ")} (memory (export "memory") 1)
       (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
       (func (export "t:talk/api#get") (param i32) (result i32) ${body} (i32.const 0))
       (func (export "t:talk/api#say") (param i32) ${body})
       (func (export "run") ${body}))`,
  );
}
