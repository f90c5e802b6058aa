/**
 * The grants of HTTP: to answer requests of a port, and to ask other servers.
 */
import type { HttpGrant, HttpLimits } from "../plan.ts";

type GrantOf<Name extends string> = Extract<HttpGrant, { device: `atoll:device/${Name}` }>;

/** What a listener bears unless `limits` says otherwise. */
export const HTTP_LIMITS: HttpLimits = {
  headerBytes: 16_384,
  bodyBytes: 1_048_576,
  headerTime: 10_000,
  requestTime: 60_000,
  idleTime: 5_000,
  answerTime: 30_000,
  queueTime: 10_000,
  connections: 16_000,
  waiting: 1024,
};

/**
 * Answering HTTP requests of a port. Processes with this grant for the same host and port share one listener and
 * must say the same limits. Needs a `supervisor`.
 */
export function httpServer(options: {
  /** 0: any that is free. */
  readonly port: number;
  /** 127.0.0.1 unless told, which this machine alone can reach; "0.0.0.0" for all. */
  readonly host?: string;
  readonly limits?: Partial<HttpLimits>;
}): GrantOf<"http-server"> {
  const { port, host = "127.0.0.1", limits } = options;
  return { device: "atoll:device/http-server", host, port, limits: { ...HTTP_LIMITS, ...limits } };
}

/**
 * Asking HTTP servers, and no others than these: "api.example.com" (ports 80 and 443), "127.0.0.1:9000",
 * "*.example.com" for every name below. Needs a `supervisor`.
 */
export function httpClient(options: { readonly to: readonly string[] }): GrantOf<"http-client"> {
  return { device: "atoll:device/http-client", to: options.to };
}
