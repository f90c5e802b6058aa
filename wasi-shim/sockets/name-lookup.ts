/** wasi:sockets/ip-name-lookup. */
import { Result } from "atoll";
import { lookup, NameLookup, SocketAddress } from "atoll:device/sockets";
import { ErrorCode, IpAddress } from "wasi:sockets/network";
import { Condition } from "../io/condition";
import { Pollable } from "../io/poll";
import { ipOf } from "./address";
import { Network } from "./network";
import { refused, wouldBlock } from "./result";

export function resolveAddresses(network: Network, name: string): Result<ResolveAddressStream, ErrorCode> {
  const begun = lookup(name);
  if (begun.isErr) return refused<ResolveAddressStream>(begun.error);
  return Result.ok<ResolveAddressStream, ErrorCode>(new ResolveAddressStream(begun.value));
}

export class ResolveAddressStream {
  /** Once they are known. */
  private found: SocketAddress[] | null = null;
  private at: i32 = 0;

  constructor(private lookup: NameLookup) {}

  resolveNextAddress(): Result<IpAddress | null, ErrorCode> {
    let found = this.found;
    if (found === null) {
      const looked = this.lookup.addresses();
      if (looked.isErr) return refused<IpAddress | null>(looked.error);
      found = looked.value;
      if (found === null) return wouldBlock<IpAddress | null>();
      this.found = found;
    }
    if (this.at == found.length) return Result.ok<IpAddress | null, ErrorCode>(null);
    return Result.ok<IpAddress | null, ErrorCode>(ipOf(found[this.at++]));
  }

  subscribe(): Pollable {
    return new Pollable(new Known(this));
  }

  isKnown(): bool {
    if (this.found !== null) return true;
    const looked = this.lookup.addresses();
    return looked.isErr || looked.value !== null;
  }

  drop(): void {
    this.lookup.drop();
  }
}

class Known extends Condition {
  constructor(private stream: ResolveAddressStream) {
    super();
  }

  ready(): bool {
    return this.stream.isKnown();
  }
}
