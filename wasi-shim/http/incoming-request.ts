/** wasi:http/types, `incoming-request`. */
import { Result, Void } from "atoll";
import { Method, Scheme, SchemeHTTP } from "wasi:http/types";
import { Field, Fields } from "./fields";
import { Incoming, IncomingBody } from "./incoming-body";
import { methodOf } from "./method";

/** How a target that is a whole address begins. */
const ABSOLUTE = "http://";

export class IncomingRequest {
  private isConsumed: bool = false;

  constructor(
    private verb: string,
    private target: string,
    private fields: Field[],
    private incoming: Incoming,
  ) {
    incoming.users += 1;
  }

  method(): Method {
    return methodOf(this.verb);
  }

  pathWithQuery(): string | null {
    const start = this.pathStart();
    return start < 0 ? "/" : this.target.substring(start);
  }

  scheme(): Scheme | null {
    return new SchemeHTTP();
  }

  authority(): string | null {
    if (this.isAbsolute()) {
      const start = this.pathStart();
      return this.target.substring(ABSOLUTE.length, start < 0 ? this.target.length : start);
    }
    for (let i = 0; i < this.fields.length; i++) {
      const value = this.fields[i]._1;
      if (this.fields[i]._0 == "host") return String.UTF8.decodeUnsafe(changetype<usize>(value), value.length);
    }
    return null;
  }

  headers(): Fields {
    return Fields.received(this.fields);
  }

  consume(): Result<IncomingBody, Void> {
    if (this.isConsumed) return Result.err<IncomingBody, Void>(Void.value);
    this.isConsumed = true;
    return Result.ok<IncomingBody, Void>(new IncomingBody(this.incoming));
  }

  drop(): void {
    this.incoming.letGo();
  }

  private isAbsolute(): bool {
    return this.target.toLowerCase().startsWith(ABSOLUTE);
  }

  /** -1 for an address without a path. */
  private pathStart(): i32 {
    return this.isAbsolute() ? this.target.indexOf("/", ABSOLUTE.length) : 0;
  }
}
