/**
 * Modules of `wasi_unstable`, the preview before preview 1, as compilers made them until 2020.
 *
 * Preview 1 has the same functions with the same types. Four of them mean something
 * else by a number, or by what lies at an address, and the module gets a function
 * of its own for each, which it calls instead:
 *
 *      fd_seek               whence: from here, the end, the start, instead of the start, here, the end
 *      …_filestat_get        links: 4 bytes at 20 of 56, instead of 8 bytes at 24 of 64
 *      poll_oneoff           a subscription to a clock: 8 bytes that preview 1 has not, before the clock
 *
 * Source: the witx of both, WebAssembly/WASI, `legacy/preview0` and `legacy/preview1`.
 */
import {
  CodeWriter,
  type core,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreModule,
  type CoreTypeIndex,
  index,
} from "../../wasm/index.ts";
import { PREVIEW1, UNSTABLE } from "./examine.ts";
import { type Imported, importedFunctions, withCallsReplaced } from "./replace-calls.ts";

const MEMORY = index<CoreMemoryIndex>(0);

/** Arguments of each, so that one of another type is left to the component tools. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  fd_seek: "i32 i64 i32 i32",
  fd_filestat_get: "i32 i32",
  path_filestat_get: "i32 i32 i32 i32 i32",
  poll_oneoff: "i32 i32 i32 i32",
};

export function isUnstable({ imports }: CoreModule): boolean {
  return imports.some(({ module }) => module === UNSTABLE);
}

/** The module with the names of preview 1. */
export function withPreview1Names(module: CoreModule): CoreModule {
  const imports = module.imports.map((one) => (one.module === UNSTABLE ? { ...one, module: PREVIEW1 } : one));
  return { ...module, imports };
}

/** The module with its own functions for those that differ. Its memory grows by a page when it polls. */
export function withPreview1Layouts(module: CoreModule): CoreModule {
  const found = [...importedFunctions(module, new Set(Object.keys(ARGUMENTS)))].filter(
    ([name, { params }]) => params.join(" ") === ARGUMENTS[name],
  );
  const imported = (kind: core.ExternKind): number =>
    module.imports.filter(({ type }) => type.kind === kind).length;
  const first = imported("func") + module.functions.length;
  const page = index<CoreGlobalIndex>(imported("global") + module.globals.length);
  const replaced = withCallsReplaced(
    module,
    new Map(found.map(([, one], i) => [one.index, (out) => out.call(index<CoreFuncIndex>(first + i))])),
  );
  return {
    ...replaced,
    functions: [...module.functions, ...found.map(([, { type }]) => index<CoreTypeIndex>(type))],
    globals: [
      ...module.globals,
      { type: { type: "i32", mutable: true }, init: new CodeWriter().i32Const(0).end().bytes() },
    ],
    code: [...replaced.code, ...found.map(([name, one]) => bodyOf(name, one, page))],
  };
}

function bodyOf(name: string, { index: at, params }: Imported, page: CoreGlobalIndex): core.FunctionBody {
  const call = index<CoreFuncIndex>(at);
  if (name === "fd_seek") return { locals: [], code: seek(call), offset: 0 };
  if (name === "poll_oneoff") {
    return { locals: [{ count: 3, type: "i32" }], code: poll(call, page), offset: 0 };
  }
  const locals: core.FunctionBody["locals"] = [
    { count: 1, type: "i64" },
    { count: 1, type: "i32" },
  ];
  return { locals, code: filestat(call, params.length), offset: 0 };
}

function seek(call: CoreFuncIndex): Uint8Array {
  const code = new CodeWriter().localGet(0).localGet(1);
  code.localGet(2).i32Const(1).op("i32.add").i32Const(3).op("i32.rem_u");
  return code.localGet(3).call(call).end().bytes();
}

/** The 8 bytes behind the program's own are as they were when it gets its answer. */
function filestat(call: CoreFuncIndex, params: number): Uint8Array {
  const [buffer, kept, error] = [params - 1, params, params + 1];
  const code = new CodeWriter();
  code.localGet(buffer).load("i64.load", { offset: 56, align: 0 }).localSet(kept);
  for (let i = 0; i < params; i++) code.localGet(i);
  code.call(call).localTee(error).op("i32.eqz").if();
  code.localGet(buffer).localGet(buffer).load("i32.load", { offset: 24 }).store("i32.store", { offset: 20 });
  for (let at = 24; at < 56; at += 8) {
    code
      .localGet(buffer)
      .localGet(buffer)
      .load("i64.load", { offset: at + 8 });
    code.store("i64.store", { offset: at });
  }
  code.end();
  code.localGet(buffer).localGet(kept).store("i64.store", { offset: 56, align: 0 });
  return code.localGet(error).end().bytes();
}

/** Bytes of a subscription, before and now. */
const [BEFORE, NOW] = [56, 48];
const PAGE = 65_536;
/** `errno` of preview 1. */
const [INVAL, NOMEM] = [28, 48];

/** Preview 1 reads a copy of the subscriptions: the program may use its own again. */
function poll(call: CoreFuncIndex, page: CoreGlobalIndex): Uint8Array {
  const [subscriptions, events, count, stored] = [0, 1, 2, 3];
  const [i, from, to] = [4, 5, 6];
  const code = new CodeWriter();
  code
    .localGet(count)
    .i32Const(Math.floor(PAGE / NOW))
    .op("i32.gt_u");
  code.if().i32Const(INVAL).op("return").end();
  code.globalGet(page).op("i32.eqz").if();
  code.i32Const(1).memoryGrow(MEMORY).localTee(to).i32Const(-1).op("i32.eq");
  code.if().i32Const(NOMEM).op("return").end();
  code.localGet(to).i32Const(16).op("i32.shl").globalSet(page).end();
  code.localGet(subscriptions).localSet(from).globalGet(page).localSet(to);
  code.block().loop();
  code.localGet(i).localGet(count).op("i32.ge_u").op("br_if", 1);
  const copy = (at: number, source: number): void => {
    code.localGet(to).localGet(from).load("i64.load", { offset: source }).store("i64.store", { offset: at });
  };
  copy(0, 0);
  copy(8, 8);
  // Whose first number says what it is for: 0, a clock.
  code.localGet(from).load("i32.load8_u", { offset: 8 }).op("i32.eqz").if();
  for (let at = 16; at < NOW; at += 8) copy(at, at + 8);
  code.else();
  copy(16, 16);
  code.end();
  const advance = (local: number, by: number): void => {
    code.localGet(local).i32Const(by).op("i32.add").localSet(local);
  };
  advance(from, BEFORE);
  advance(to, NOW);
  advance(i, 1);
  code.op("br", 0).end().end();
  code.globalGet(page).localGet(events).localGet(count).localGet(stored).call(call);
  return code.end().bytes();
}
