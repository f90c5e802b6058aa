/**
 * The driver of a handler, as a core module: the loop that takes the next request of
 * the listener, calls the handler in the same process, and answers.
 *
 * It ends when the system does, or when there was nothing to do for long enough. If
 * the handler traps, so does this; the host tells the client.
 *
 * It is written in instructions because it looks at nothing that it hands on: as a
 * program it would make objects of each request and each answer, and collect them.
 * Here they lie where the canonical ABI has put them, until the next request:
 *
 *     0        16                52         72       80                       mark
 *     | unused | option<request> | response | result | what belongs to them   | free
 *
 * As a program of the lean dialect it reads:
 *
 *     enter(worker);
 *     for (let vain = 0; ; ) {
 *       const request = next();
 *       if (request !== null) {
 *         respond(handle(request));
 *         vain = 0;
 *       } else if (ending() || vain == PATIENCE) {
 *         return leave();
 *       } else {
 *         wait(idle);
 *         if (idle != FOR_EVER) vain++;
 *       }
 *     }
 */
import { addRealloc } from "../../../toolchain/abi/index.ts";
import { CodeWriter, encodeModule, ModuleBuilder, type core } from "../../../toolchain/wasm/index.ts";
import type { CoreFuncIndex, CoreGlobalIndex } from "../../../toolchain/wasm/index.ts";

/** Bytes; see above. */
const [REQUEST, RESPONSE, RESULT, BASE] = [16, 52, 72, 80];
/** Behind the discriminant: offset and length of method, target, headers, body. */
const REQUEST_WORDS: readonly number[] = [4, 8, 12, 16, 20, 24, 28, 32].map((at) => REQUEST + at);
/** Behind the status: of headers and body. */
const RESPONSE_WORDS: readonly number[] = [4, 8, 12, 16].map((at) => RESPONSE + at);
/** A wait may end without a cause: one that ends with nothing there is no proof of an idle time yet. */
const PATIENCE = 2;
const FOR_EVER = -1n;

const SERVER = "atoll:device/http-server@0.1.0";
const I32 = "i32" as const;

interface Imports {
  readonly enter: CoreFuncIndex;
  readonly leave: CoreFuncIndex;
  readonly ending: CoreFuncIndex;
  readonly next: CoreFuncIndex;
  readonly respond: CoreFuncIndex;
  readonly handle: CoreFuncIndex;
  readonly wait: CoreFuncIndex;
}

/** The module's bytes. Its strings are UTF-8, as those of devices are. */
export function driverModule(): Uint8Array {
  const module = new ModuleBuilder();
  const imports = importsOf(module);
  const memory = module.addMemory({ min: 1n });
  const mark = module.addGlobal({ type: I32, mutable: true }, new CodeWriter().i32Const(BASE).end());
  module.export({ name: "memory", kind: "memory", index: memory });
  module.exportFunc("cabi_realloc", addRealloc(module, memory, mark));
  const answer = module.addFunc({ type: typeOf(0, I32), code: answerCode(imports, mark) });
  const serve = module.addFunc({
    type: { params: [I32, "i64"], results: [] },
    locals: [{ count: 1, type: I32 }],
    code: serveCode(imports, answer),
  });
  module.exportFunc("atoll:http/worker@0.1.0#serve", serve);
  return encodeModule(module.build()).bytes;
}

function importsOf(module: ModuleBuilder): Imports {
  return {
    enter: module.importFunc(SERVER, "enter", typeOf(1)),
    leave: module.importFunc(SERVER, "leave", typeOf(0)),
    ending: module.importFunc(SERVER, "ending", typeOf(0, I32)),
    next: module.importFunc(SERVER, "next", typeOf(1)),
    respond: module.importFunc(SERVER, "respond", typeOf(2 + RESPONSE_WORDS.length)),
    handle: module.importFunc("atoll:http/handler@0.1.0", "handle", typeOf(1 + REQUEST_WORDS.length)),
    wait: module.importFunc("atoll:kernel/wakeup@0.1.0", "wait", { params: ["i64"], results: [] }),
  };
}

function typeOf(params: number, ...results: core.FuncType["results"][number][]): core.FuncType {
  return { params: Array.from({ length: params }, () => I32), results };
}

/** `() -> i32`: 1 when there was a request. By itself, so that the engine makes it fast while `serve` still runs. */
function answerCode({ next, handle, respond }: Imports, mark: CoreGlobalIndex): CodeWriter {
  const code = new CodeWriter().i32Const(BASE).globalSet(mark);
  code.i32Const(REQUEST).call(next);
  byteAt(code, REQUEST).op("i32.eqz").if().i32Const(0).op("return").end();
  for (const at of REQUEST_WORDS) wordAt(code, at);
  code.i32Const(RESPONSE).call(handle);
  code.i32Const(0).load("i32.load16_u", { offset: RESPONSE });
  for (const at of RESPONSE_WORDS) wordAt(code, at);
  // Nothing is left to do for a client that is gone.
  code.i32Const(RESULT).call(respond);
  return code.i32Const(1).end();
}

const [WORKER, IDLE, VAIN] = [0, 1, 2];

/** `(worker: u32, idle: u64) -> ()` */
function serveCode(imports: Imports, answer: CoreFuncIndex): CodeWriter {
  const { enter, leave, ending, wait } = imports;
  const code = new CodeWriter().localGet(WORKER).call(enter);
  code.block().loop();
  code.call(answer).if().i32Const(0).localSet(VAIN).br(1).end();
  code.call(ending).brIf(1);
  code.localGet(VAIN).i32Const(PATIENCE).op("i32.eq").brIf(1);
  code.localGet(IDLE).call(wait);
  code.localGet(IDLE).i64Const(FOR_EVER).op("i64.ne").localGet(VAIN).op("i32.add").localSet(VAIN);
  code.br(0).end().end();
  return code.call(leave).end();
}

function wordAt(code: CodeWriter, at: number): CodeWriter {
  return code.i32Const(0).load("i32.load", { offset: at });
}

function byteAt(code: CodeWriter, at: number): CodeWriter {
  return code.i32Const(0).load("i32.load8_u", { offset: at });
}
