/** wasi:http/types, `incoming-request`. */
import { Result, Void } from "atoll";
import { Method, Scheme, SchemeHTTP } from "wasi:http/types";
import { authorityOf, isAuthority } from "./authority";
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
    const path = this.target.substring(this.pathStart());
    return path.length == 0 || path.startsWith("?") ? "/" + path : path;
  }

  scheme(): Scheme | null {
    return new SchemeHTTP();
  }

  authority(): string | null {
    if (this.isAbsolute()) {
      const named = this.target.substring(ABSOLUTE.length, this.pathStart());
      return isAuthority(named) ? named : null;
    }
    for (let i = 0; i < this.fields.length; i++) {
      if (this.fields[i]._0 == "host") return authorityOf(this.fields[i]._1);
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

  private pathStart(): i32 {
    if (!this.isAbsolute()) return 0;
    const slash = this.target.indexOf("/", ABSOLUTE.length);
    const query = this.target.indexOf("?", ABSOLUTE.length);
    const end = slash < 0 || (query >= 0 && query < slash) ? query : slash;
    return end < 0 ? this.target.length : end;
  }
}
