/** wasi:http/types, `outgoing-response`. */
import { Result, Void } from "atoll";
import { Fields } from "./fields";
import { Outgoing, OutgoingBody, Target } from "./outgoing-body";

const OK: u16 = 200;

export class OutgoingResponse {
  readonly fields: Fields;
  private status: u16 = OK;
  private outgoing: Outgoing;
  private isBodyTaken: bool = false;

  constructor(headers: Fields) {
    this.fields = headers;
    this.outgoing = new Outgoing(headers.length(), false);
  }

  statusCode(): u16 {
    return this.status;
  }

  setStatusCode(statusCode: u16): Result<Void, Void> {
    if (statusCode < 100 || statusCode > 999) return Result.err<Void, Void>(Void.value);
    this.status = statusCode;
    return Result.ok<Void, Void>(Void.value);
  }

  headers(): Fields {
    return this.fields.fixed();
  }

  body(): Result<OutgoingBody, Void> {
    if (this.isBodyTaken) return Result.err<OutgoingBody, Void>(Void.value);
    this.isBodyTaken = true;
    return Result.ok<OutgoingBody, Void>(new OutgoingBody(this.outgoing));
  }

  drop(): void {}

  /** Its head has gone out. */
  send(target: Target): void {
    // Headers without a body may say its length: an answer to HEAD.
    if (!this.isBodyTaken) target.end([]);
    else this.outgoing.start(target);
  }
}
