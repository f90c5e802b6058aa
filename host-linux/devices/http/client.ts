/**
 * `atoll:device/http-client` in core values.
 *
 * Results are laid out as CanonicalABI.md says; see server.ts for those that both have.
 *
 *      result<option<head>, error-code>
 *       0 discriminant
 *       4 discriminant, or error-code
 *       8 status: u16, 12 headers: list
 *      20
 */
import { HTTP_CLIENT_ERRORS } from "../../../toolchain/link/plan.ts";
import type { Device, DeviceContext, GrantOf } from "../device.ts";
import { directCallWith } from "../direct.ts";
import { withinLimit } from "../open-limit.ts";
import type { KernelDoor } from "../kernel-door.ts";
import { storeSpan } from "../transfer.ts";
import { Call, type Asked, type ClientError } from "./call.ts";
import { readFields, storeRecord } from "./fields.ts";
import { trustedLookup } from "./lookup.ts";
import { Results } from "./results.ts";
import { isGranted, serverOf } from "./servers.ts";

/** Of one process, that are not over. */
const MOST_CALLS = 64;
/** Of all that are made like it: each has a socket. */
const MOST_ALIKE: number = withinLimit(4096, 1 / 2);
/** Milliseconds. */
const USUAL_TIME = 60_000;
const LONGEST_TIME = 0x7fff_ffff;
const LIST_ONLY = { before: 0, size: 8 } as const;
const ANSWER_SIZE = 20;

/** Those of one life of a process. */
class Calls {
  readonly wake: () => void;
  readonly #calls = new Map<number, Call>();
  #next = 1;

  constructor(wake: () => void) {
    this.wake = wake;
  }

  get size(): number {
    return this.#calls.size;
  }

  add(call: Call): number | ClientError {
    if (this.size >= MOST_CALLS) return "too-many";
    this.#calls.set(this.#next, call);
    return this.#next++;
  }

  get(number: number): Call | undefined {
    return this.#calls.get(number >>> 0);
  }

  end(number: number): void {
    this.get(number)?.stop();
    this.#calls.delete(number >>> 0);
  }

  endAll(): void {
    for (const call of this.#calls.values()) call.stop();
    this.#calls.clear();
  }
}

export function createHttpClient(
  { process, transfer, sockets, checkStop }: DeviceContext,
  { to }: GrantOf<"atoll:device/http-client">,
  door: KernelDoor,
): Device {
  const results = new Results(transfer, HTTP_CLIENT_ERRORS);
  const lookup = trustedLookup(sockets.turnsOf(process.name));
  const byPid = new Map<number, Calls>();
  /** Of who calls. */
  const own = (): Calls => {
    checkStop();
    const pid = door.pid();
    const known = byPid.get(pid);
    if (known !== undefined) return known;
    const calls = new Calls(door.waker());
    byPid.set(pid, calls);
    door.onEnd(() => {
      byPid.delete(pid);
      // Whoever tells of an end may have little stack left.
      queueMicrotask(() => calls.endAll());
    });
    return calls;
  };
  const calling = <T>(number: number, use: (call: Call) => T | ClientError): T | ClientError => {
    const call = own().get(number);
    return call === undefined ? "not-now" : use(call);
  };
  const begin = (asked: Omit<Asked, "server" | "lookup">): number | ClientError => {
    const calls = own();
    const server = serverOf(asked.authority, asked.secure);
    if (server === undefined) return "invalid";
    if (!isGranted(server, to)) return "denied";
    const call = Call.of({ ...asked, server, lookup }, calls.wake);
    if (call === undefined) return "invalid";
    const all = [...byPid.values()].reduce((sum, { size }) => sum + size, 0);
    return all < MOST_ALIKE ? calls.add(call) : "too-many";
  };
  return {
    begin(...values: number[]): number {
      const [method, methodLength, secure, authority, authorityLength, path, pathLength, ...rest] = values;
      const [fields, count, ...times] = rest;
      const [connectTime, firstByteTime, betweenBytesTime] = [0, 2, 4].map((i) =>
        times[i] === 1 ? Math.min((times[i + 1] ?? 0) >>> 0, LONGEST_TIME) : USUAL_TIME,
      );
      return results.number(
        begin({
          method: transfer.latin1(method!, methodLength!),
          secure: secure === 1,
          authority: transfer.latin1(authority!, authorityLength!),
          path: transfer.latin1(path!, pathLength!),
          fields: readFields(transfer, fields!, count!),
          connectTime: connectTime!,
          firstByteTime: firstByteTime!,
          betweenBytesTime: betweenBytesTime!,
        }),
      );
    },
    room: (number: number) => results.number(calling(number, (call) => call.room())),
    "write-body": (number: number, offset: number, length: number) =>
      results.number(calling(number, (call) => call.write(transfer.bytes(offset, length)))),
    "end-body": (number: number, fields: number, count: number) =>
      results.done(calling(number, (call) => call.end(readFields(transfer, fields, count)))),
    answer(number: number): number {
      const answer = calling(number, (call) => call.answer());
      if (typeof answer === "string") return results.failed(ANSWER_SIZE, answer);
      if (answer === undefined) return results.none(ANSWER_SIZE);
      const list = transfer.view(storeRecord(transfer, LIST_ONLY, [], answer.rawHeaders, "bytes").offset, 8);
      const headers = { offset: list.getUint32(0, true), length: list.getUint32(4, true) };
      return transfer.result(ANSWER_SIZE, 4, (view) => {
        view.setUint8(4, 1);
        view.setUint16(8, answer.statusCode ?? 0, true);
        storeSpan(view, 12, headers);
      });
    },
    "read-body": (number: number, most: number) =>
      results.part(calling(number, (call) => call.read(most >>> 0))),
    trailers(number: number): number {
      const trailers = calling(number, (call) => call.trailers());
      if (typeof trailers === "string") return results.list(trailers);
      return results.list(storeRecord(transfer, LIST_ONLY, [], trailers, "bytes").offset);
    },
    end: directCallWith((number) => own().end(number)),
  };
}
