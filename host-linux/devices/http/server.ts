/**
 * `atoll:device/http-server` in core values.
 *
 * Results are laid out as CanonicalABI.md says (offsets in bytes):
 *
 *      option<request>                     option<head>
 *       0 discriminant                      0 discriminant
 *       4 method, 12 target: text           4 method, 12 target: text
 *      20 headers: list                    20 headers: list
 *      28 body: list                       28 empty: bool
 *      36                                  32
 *
 *      result<_, error-code>   0 discriminant, 1 error-code
 *      result<u32, …>          0 discriminant, 4 value or error-code
 *      result<list, …>         0 discriminant, 4 offset and length, or error-code
 *      result<option<list>, …> 0 discriminant, 4 discriminant or error-code, 8 offset and length
 */
import { HTTP_SERVER_ERRORS } from "../../../toolchain/link/plan.ts";
import type { Device, DeviceContext, GrantOf } from "../device.ts";
import { directCall, directCallWith } from "../direct.ts";
import type { KernelDoor } from "../kernel-door.ts";
import { storeSpan, type Transfer } from "../transfer.ts";
import type { Body, Exchange, ServerError } from "./exchange.ts";
import { readFields, storeRecord } from "./fields.ts";
import { Results } from "./results.ts";
import type { Serving } from "./serving.ts";

/** Bytes of an answer that goes out together with its headers, in one write. */
const SMALL = 16_384;
const OPTION = 4;
const REQUEST = { before: OPTION, size: 36 } as const;
const HEAD = { before: OPTION, size: 32 } as const;
/** In both. */
const BODY = 28;
const LIST_ONLY = { before: 0, size: 8 } as const;

export function createHttpServer(
  { transfer, http, checkStop }: DeviceContext,
  grant: GrantOf<"atoll:device/http-server">,
  door: KernelDoor,
): Device {
  const results = new Results(transfer, HTTP_SERVER_ERRORS);
  const listener = http.of(grant);
  /** Who calls. */
  const self = (): Serving => {
    checkStop();
    return listener.serving(door);
  };
  const exchanging = <T>(use: (exchange: Exchange, wake: () => void) => T | ServerError): T | ServerError => {
    const { exchange, wake } = self();
    return exchange === undefined ? "not-now" : use(exchange, wake);
  };
  return {
    enter: directCallWith((number) => {
      self().number = number >>> 0;
    }),
    leave: directCall(() => listener.leave(self(), 500)),
    next(): number {
      const exchange = listener.next(self(), true);
      if (exchange === undefined) return results.none(REQUEST.size);
      const { request } = exchange;
      const body = transfer.store(exchange.body);
      const texts = [request.method ?? "", request.url ?? ""];
      const { offset } = storeRecord(transfer, REQUEST, texts, request.rawHeaders, "text");
      const view = transfer.words(offset, REQUEST.size);
      view.setUint8(offset, 1);
      storeSpan(view, offset + BODY, body);
      return offset;
    },
    "next-head"(): number {
      const exchange = listener.next(self(), false);
      if (exchange === undefined) return results.none(HEAD.size);
      const { request } = exchange;
      const texts = [request.method ?? "", request.url ?? ""];
      const { offset } = storeRecord(transfer, HEAD, texts, request.rawHeaders, "bytes");
      const view = transfer.words(offset, HEAD.size);
      view.setUint8(offset, 1);
      view.setUint8(offset + BODY, exchange.isEmpty ? 1 : 0);
      return offset;
    },
    ending(): number {
      checkStop();
      return listener.isEnding ? 1 : 0;
    },
    respond(status: number, fields: number, count: number, body: number, length: number): number {
      return results.done(
        exchanging((exchange) =>
          exchange.respond(status, readFields(transfer, fields, count), bodyOf(transfer, body, length >>> 0)),
        ),
      );
    },
    "client-address"(): number {
      const address = self().exchange?.request.socket.remoteAddress;
      return transfer.optionString(address === undefined ? undefined : transfer.storeString(address));
    },
    "is-open"(): number {
      return self().exchange?.isOpen === true ? 1 : 0;
    },
    "read-body"(most: number): number {
      return results.part(exchanging((exchange, wake) => exchange.read(most >>> 0, wake)));
    },
    "request-trailers"(): number {
      const trailers = exchanging((exchange) => exchange.trailers ?? "not-now");
      if (typeof trailers === "string") return results.list(trailers);
      return results.list(storeRecord(transfer, LIST_ONLY, [], trailers, "bytes").offset);
    },
    "begin-response"(status: number, fields: number, count: number): number {
      return results.done(
        exchanging((exchange) => exchange.begin(status, readFields(transfer, fields, count))),
      );
    },
    room(): number {
      return results.number(exchanging((exchange, wake) => exchange.room(wake)));
    },
    "write-body"(offset: number, length: number): number {
      return results.number(
        exchanging((exchange, wake) => exchange.write(transfer.bytes(offset, length), wake)),
      );
    },
    "end-body"(fields: number, count: number): number {
      return results.done(exchanging((exchange) => exchange.end(readFields(transfer, fields, count))));
    },
    abandon: directCall(() => self().exchange?.giveUp(500)),
    load(): number {
      checkStop();
      const { waiting, idle, departed } = listener.load(door);
      const list = transfer.storeList(departed, { size: 4, alignment: 4 }, (view, at, number) =>
        view.setUint32(at, number, true),
      );
      return transfer.result(16, 4, (view) => {
        view.setUint32(0, waiting, true);
        view.setUint32(4, idle, true);
        storeSpan(view, 8, list);
      });
    },
    "listens-at"(): number {
      checkStop();
      return transfer.list(transfer.storeString(listener.address));
    },
  };
}

/** A large one stays where it is until it is known that there is room for it. */
function bodyOf(transfer: Transfer, offset: number, length: number): Body {
  return length > SMALL ? transfer.bytes(offset, length) : transfer.latin1(offset, length);
}
