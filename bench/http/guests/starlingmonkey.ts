// @dialect full
import {
  Fields,
  type IncomingRequest,
  OutgoingBody,
  OutgoingResponse,
  ResponseOutparam,
} from "wasi:http/types";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const HELLO = text("Hello, world!");

export const incomingHandler = {
  handle(request: IncomingRequest, answer: ResponseOutparam): void {
    const found = request.pathWithQuery() === "/hello";
    const response = new OutgoingResponse(
      Fields.fromList([["content-type", text("text/plain; charset=utf-8")]]),
    );
    response.setStatusCode(found ? 200 : 404);
    const body = response.body();
    ResponseOutparam.set(answer, { tag: "ok", val: response });
    if (found) {
      const stream = body.write();
      stream.blockingWriteAndFlush(HELLO);
      stream[Symbol.dispose]();
    }
    OutgoingBody.finish(body, undefined);
  },
};
