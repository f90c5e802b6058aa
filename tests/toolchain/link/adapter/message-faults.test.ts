/** What a sender gets when its message is not taken, or not answered: by status of the kernel, by view, and when there is no room. */
import { beforeAll, describe, expect, test } from "vitest";
import * as kernel from "../../../../kernel/abi.ts";
import {
  guardedFunction,
  lowerParams,
  type ComponentValue,
  type FunctionType,
  type ValueType,
} from "../../../../toolchain/abi/index.ts";
import { WAIT_KILLED } from "../../../../toolchain/link/plan.ts";
import { callThrough, serve } from "./ends.ts";
import { DELIVERY, PIDS, PostOffice, prepareMail, type Sent } from "./post-office.ts";

beforeAll(prepareMail);

const STRING: ValueType = { kind: "string" };
const BYTES: ValueType = { kind: "list", element: { kind: "u8" } };

function functionOf(param: ValueType, result?: ValueType): FunctionType {
  return { async: false, params: [{ label: "a", type: param }], ...(result && { result }) };
}

/** Each status with its fault. Only a wait ends in the last two. */
const STATUSES: readonly (readonly [name: string, status: number, fault: string])[] = [
  ["STATUS_INVALID", kernel.STATUS_INVALID, "unavailable"],
  ["STATUS_STALE", kernel.STATUS_STALE, "unavailable"],
  ["STATUS_REVOKED", kernel.STATUS_REVOKED, "revoked"],
  ["STATUS_DENIED", kernel.STATUS_DENIED, "revoked"],
  ["STATUS_OVERLOADED", kernel.STATUS_OVERLOADED, "overloaded"],
  ["STATUS_UNAVAILABLE", kernel.STATUS_UNAVAILABLE, "unavailable"],
  ["STATUS_CYCLE", kernel.STATUS_CYCLE, "unavailable"],
  ["STATUS_EXHAUSTED", kernel.STATUS_EXHAUSTED, "exhausted"],
  ["STATUS_EXPIRED", kernel.STATUS_EXPIRED, "revoked"],
  ["STATUS_RATE", kernel.STATUS_RATE, "overloaded"],
  ["STATUS_DRAIN", kernel.STATUS_DRAIN, "overloaded"],
  ["STATUS_CONFIGURATION", kernel.STATUS_CONFIGURATION, "unavailable"],
  ["STATUS_TIMEOUT", kernel.STATUS_TIMEOUT, "timeout"],
  ["STATUS_CRASHED", kernel.STATUS_CRASHED, "crashed"],
];

const TRAPS: Readonly<Record<string, string>> = {
  crashed: "trap: called a process that crashed",
  revoked: "trap: sent what it may not send any more",
  timeout: "trap: called a process that did not answer before the deadline",
  overloaded: "trap: sent more than the other process takes",
  exhausted: "trap: sent what there is no room for",
  unavailable: "trap: called a process that does not run",
};

function office(type: FunctionType, sent: Sent, result?: ComponentValue): PostOffice {
  return new PostOffice(type, ["utf8", "utf16"], sent, (receiver) => serve(receiver, type, () => result));
}

/** The call's outcome, or the innermost function of the trap it ended in. */
function outcomeOf(run: () => ComponentValue | undefined): ComponentValue | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return /at (?:[^ ]*\.)?(trap: [^(]*) \(/.exec(error.stack ?? "")?.[1] ?? error.message;
  }
}

function callWith(
  post: PostOffice,
  type: FunctionType,
  faced: FunctionType,
  args: ComponentValue[],
): ComponentValue | undefined {
  const flat = lowerParams(post.sender, type, args);
  return outcomeOf(() => callThrough(post.sender, faced, post.func, flat));
}

describe.each(STATUSES)("%s", (_, status, fault) => {
  const plain = functionOf(STRING, STRING);
  const error = { case: "error", value: fault };

  describe.each(["event", "wait"])("of the %s", (of) => {
    const answer = (post: PostOffice): PostOffice => {
      post.status = of === "event" ? status : kernel.CALL_QUEUED;
      if (of === "wait") post.deliver = (message) => (post.mail.free(message), status);
      return post;
    };

    test("is a value in the guarded view", () => {
      const post = answer(office(plain, { kind: "call", view: "guarded" }, "x"));
      expect(callWith(post, plain, guardedFunction(plain), ["text"])).toEqual(error);
      expect(post.mail.used()).toBe(0);
    });

    test("traps on a plain wire, by name", () => {
      const post = answer(office(plain, { kind: "call" }, "x"));
      expect(callWith(post, plain, plain, ["text"])).toBe(TRAPS[fault]);
      expect(post.mail.used()).toBe(0);
    });

    test.each([
      ["an error without payload", { kind: "result", ok: STRING }, {}, { case: "error" }],
      [
        "a case of an enum",
        { kind: "result", ok: STRING, err: { kind: "enum", labels: ["io", "gone"] } },
        { case: 1 },
        { case: "error", value: "gone" },
      ],
      ["a result that is flat", { kind: "result" }, {}, { case: "error" }],
    ] as const)("is the error of the function's own result: %s", (_, result, onFault, expected) => {
      const type = functionOf(STRING, result);
      const post = answer(office(type, { kind: "call", onFault }, { case: "ok" }));
      expect(callWith(post, type, type, ["text"])).toEqual(expected);
      expect(post.mail.used()).toBe(0);
    });
  });

  test("of a cast", () => {
    const type = functionOf(STRING);
    const guarded = office(type, { kind: "cast", view: "guarded" });
    const cast = office(type, { kind: "cast" });
    guarded.status = status;
    cast.status = status;
    expect(callWith(guarded, type, guardedFunction(type), ["text"])).toEqual(error);
    expect(callWith(cast, type, type, ["text"])).toBe(TRAPS[fault]);
    expect([guarded.mail.used(), cast.mail.used()]).toEqual([0, 0]);
  });
});

describe("when there is no room", () => {
  const type = functionOf(BYTES, BYTES);
  const large = Array<number>(100_000).fill(7);
  const exhausted = { case: "error", value: "exhausted" };

  function narrow(result: ComponentValue, sent: Sent = { kind: "call", view: "guarded" }): PostOffice {
    const post = office(type, sent, result);
    expect(post.mail.limit(64 << 10)).toBe(1);
    return post;
  }

  test("for what is sent: exhausted, nothing is left, and the next goes through", () => {
    const post = narrow([1]);
    expect(callWith(post, type, guardedFunction(type), [large])).toEqual(exhausted);
    expect([post.events, post.mail.used()]).toEqual([[], 0]);
    expect(callWith(post, type, guardedFunction(type), [[1, 2]])).toEqual({
      case: "ok",
      value: Uint8Array.of(1),
    });
  });

  test("for what is sent, on a plain wire: a trap", () => {
    const post = narrow([1], { kind: "call" });
    expect(callWith(post, type, type, [large])).toBe(TRAPS["exhausted"]);
    expect(post.mail.used()).toBe(0);
  });

  test("for the message itself", () => {
    const post = narrow([1]);
    const mail = post.mail as unknown as { begin(delivery: number, size: number): number; seal(): number };
    while (mail.begin(0, 64) !== 0) mail.seal();
    const before = post.mail.used();
    expect(callWith(post, type, guardedFunction(type), [[1]])).toEqual(exhausted);
    expect(post.mail.used()).toBe(before);
  });

  test("for the result: the caller is told, and the receiver lives", () => {
    const post = narrow(large);
    expect(callWith(post, type, guardedFunction(type), [[1]])).toEqual(exhausted);
    expect([post.mail.used(), post.mark.value, post.receiver.mayLeave.value]).toEqual([0, 0, 1]);
  });
});

describe("a sender", () => {
  const type = functionOf(STRING, STRING);

  test("that is killed while it waits traps, whatever its view", () => {
    for (const view of [{}, { view: "guarded" }] as const) {
      const post = office(type, { kind: "call", ...view }, "x");
      post.deliver = (message) => (post.mail.free(message), WAIT_KILLED);
      const faced = "view" in view ? guardedFunction(type) : type;
      expect(callWith(post, type, faced, ["text"])).toBe("trap: was killed while it waited");
    }
  });

  test("may not send while it may not leave", () => {
    const post = office(type, { kind: "call" }, "x");
    const flat = lowerParams(post.sender, type, ["text"]);
    post.sender.mayLeave.value = 0;
    expect(outcomeOf(() => callThrough(post.sender, type, post.func, flat))).toBe(
      "trap: the caller may not leave its instance",
    );
    expect([post.events, post.mail.used()]).toEqual([[], 0]);
  });

  test.each([
    ["beyond its memory", 0x7fff_fff0, "trap: result is out of bounds"],
    ["not aligned", 66, "trap: result pointer is not aligned"],
  ])("that wants its result %s traps, and the result goes with it", (_, into, rule) => {
    const post = office(type, { kind: "call" }, "x");
    const flat = lowerParams(post.sender, type, ["text"]);
    expect(outcomeOf(() => (post.func(...flat, into), undefined))).toBe(rule);
    expect(post.mail.used()).toBe(128);
    post.mail.abandon(PIDS.sender);
    expect(post.mail.used()).toBe(0);
  });

  test("whose realloc lies traps, and the result goes with it", () => {
    const post = office(type, { kind: "call" }, "x");
    const flat = lowerParams(post.sender, type, ["text"]);
    const into = post.sender.area(STRING);
    post.sender.lie = () => -2;
    expect(outcomeOf(() => (post.func(...flat, into), undefined))).toBe(
      "trap: realloc returned memory out of bounds",
    );
    post.mail.abandon(PIDS.sender);
    expect(post.mail.used()).toBe(0);
  });

  test("names the delivery in the message, and its bytes to the kernel", () => {
    const post = office(type, { kind: "call" }, "x");
    let delivery = -1;
    const { deliver } = post;
    post.deliver = (message) => {
      delivery = new DataView(post.mail.memory.buffer).getInt32(message - 4, true);
      return deliver(message);
    };
    callWith(post, type, type, ["four"]);
    // Pointer and length, then four code units of the receiver's UTF-16.
    expect([delivery, post.events[0]?.[4]]).toEqual([DELIVERY, 8 + 8]);
  });

  test("has in its slots what gives its fault while the process is dead", () => {
    const post = office(type, { kind: "call", view: "guarded" }, "x");
    const flat = lowerParams(post.sender, type, ["text"]);
    const faults = (["unavailable", "revoked"] as const).map((fault) =>
      callThrough(post.sender, guardedFunction(type), post.standIns[fault], flat),
    );
    expect(faults).toEqual([
      { case: "error", value: "unavailable" },
      { case: "error", value: "revoked" },
    ]);
  });
});

test("a process that is inside of a call that never ended is not entered", () => {
  const type = functionOf(STRING);
  const post = office(type, { kind: "cast" });
  post.mark.value = 1;
  expect(callWith(post, type, type, ["text"])).toBe("trap: an earlier call never ended");
  post.mail.abandon(PIDS.receiver);
  expect(post.mail.used()).toBe(0);
});
