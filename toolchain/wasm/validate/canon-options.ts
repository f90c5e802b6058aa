/** Options of canonical definitions. CanonicalABI.md, "canonopt Validation". */
import type { CanonOption } from "../component/component.ts";
import type { CoreTypeId } from "./core-types.ts";
import { SECTION } from "./error.ts";
import type { Scope } from "./scope.ts";

export interface Options {
  readonly memory: boolean;
  readonly realloc: boolean;
  readonly postReturn?: CoreTypeId;
  readonly async: boolean;
  readonly callback?: CoreTypeId;
}

/** Options of a list, each at most once, each with what it needs. */
export function readOptions(options: readonly CanonOption[], scope: Scope): Options {
  const seen = new Map<CanonOption["kind"], CanonOption>();
  for (const option of options) {
    checkRepeated(option, seen.get(option.kind), scope);
    seen.set(option.kind, option);
  }
  const of = <K extends CanonOption["kind"]>(kind: K): Extract<CanonOption, { kind: K }> | undefined =>
    seen.get(kind) as Extract<CanonOption, { kind: K }> | undefined;
  const memory = of("memory");
  const realloc = of("realloc");
  const postReturn = of("post-return");
  const callback = of("callback");
  if (memory !== undefined) checkMemory(memory.memory, scope);
  if (realloc !== undefined) checkRealloc(realloc.func, memory !== undefined, scope);
  return {
    memory: memory !== undefined,
    realloc: realloc !== undefined,
    async: seen.has("async"),
    ...(postReturn && { postReturn: scope.get("core func", postReturn.func, SECTION.options) }),
    ...(callback && { callback: scope.get("core func", callback.func, SECTION.options) }),
  };
}

function checkRepeated(option: CanonOption, earlier: CanonOption | undefined, { context }: Scope): void {
  if (earlier === undefined) return;
  if (option.kind === "string-encoding" && earlier.kind === "string-encoding") {
    const [one, two] = [earlier, option].map(({ encoding }) => encoding.replace("+", "-"));
    context.fail(SECTION.options, `canonical encoding option \`${one}\` conflicts with option \`${two}\``);
  }
  context.fail(SECTION.options, `canonical option \`${option.kind}\` is specified more than once`);
}

export function checkMemory(index: number, scope: Scope): void {
  const { limits } = scope.get("core memory", index, SECTION.options);
  if (limits.index64) scope.context.notYet("memory64: a canonical definition over a 64-bit memory");
  if (limits.shared || (limits.pageSizeLog2 ?? 16) !== 16) {
    const found = limits.shared ? "a shared memory" : "a memory with another page size";
    scope.context.fail(
      SECTION.options,
      "canonical option `memory` needs a subtype of `(memory 0)`",
      undefined,
      found,
    );
  }
}

function checkRealloc(index: number, memory: boolean, scope: Scope): void {
  const func = scope.get("core func", index, SECTION.options);
  if (!memory) {
    scope.context.fail(SECTION.options, "canonical option `realloc` requires `memory` to also be specified");
  }
  checkSignature("realloc", func, scope.core.func(["i32", "i32", "i32", "i32"], ["i32"]), scope);
}

/** @param option that names a core function of a fixed type. */
export function checkSignature(option: string, found: CoreTypeId, expected: CoreTypeId, scope: Scope): void {
  if (found === expected) return;
  const rule = `canonical option \`${option}\` uses a core function with an incorrect signature`;
  scope.context.fail(SECTION.options, rule, scope.core.print(expected), scope.core.print(found));
}

export function require(
  option: "memory" | "realloc" | "async",
  options: Options,
  why: string,
  scope: Scope,
): void {
  if (!options[option])
    scope.context.fail(SECTION.options, `canonical option \`${option}\` is required`, undefined, why);
}
