/**
 * The shape of grants of HTTP, in a plan file and in a `system.ts`.
 */
import { z } from "zod";
import { type Fields } from "./config/validate-fields.ts";
import type { HttpLimits } from "./plan.ts";

/** Node's timers count in 31 bits. */
const time: z.ZodType<number> = z.int().min(1).max(0x7fff_ffff);
const count: z.ZodType<number> = z.int().min(1).max(0x7fff_ffff);

const MOST_HEADER_BYTES = 1_048_576;
/** What a guest is handed at once. */
const MOST_BODY_BYTES = 0x7fff_ffff;

const limitFields: Fields<HttpLimits> = {
  headerBytes: z.int().min(256).max(MOST_HEADER_BYTES),
  bodyBytes: z.int().min(0).max(MOST_BODY_BYTES),
  headerTime: time,
  requestTime: time,
  idleTime: time,
  answerTime: time,
  queueTime: time,
  connections: count,
  waiting: count,
};

/** A name or an address, then a port: `example.com`, `*.example.com:8443`, `127.0.0.1:9000`, `[::1]:9000`. */
const SERVER = /^(?:(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

type Strict<Shape extends z.core.$ZodShape> = z.ZodObject<Shape, z.core.$strict>;
type Limits = Strict<Fields<HttpLimits>>;
type Server = Strict<{
  device: z.ZodLiteral<"atoll:device/http-server">;
  host: z.ZodString;
  port: z.ZodInt;
  limits: Limits;
  closed: z.ZodExactOptional<z.ZodLiteral<true>>;
}>;
type Client = Strict<{ device: z.ZodLiteral<"atoll:device/http-client">; to: z.ZodArray<z.ZodString> }>;

export const httpLimits: Limits = z.strictObject(limitFields);

const server: Server = z.strictObject({
  device: z.literal("atoll:device/http-server"),
  host: z.string().min(1),
  port: z.int().min(0).max(65_535),
  limits: httpLimits,
  closed: z.literal(true).exactOptional(),
});

const client: Client = z.strictObject({
  device: z.literal("atoll:device/http-client"),
  to: z.array(
    z.string().regex(SERVER, {
      error: 'expected a server, such as "api.example.com", "127.0.0.1:9000" or "*.example.com"',
    }),
  ),
});

export const httpGrants: readonly [Server, Client] = [server, client];
