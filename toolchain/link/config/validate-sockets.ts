/**
 * The grant of the network in `system.ts`: its fields, and what is said about wrong ones.
 */
import { isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { z } from "zod";

/** Of RFC 1123, and with the underscores that many a network has in its names. */
const NAME = /^(?=.{1,253}$)[a-z\d_](?:[\w-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[\w-]{0,61}[a-z\d_])?)*\.?$/;
/** Numbers are another way to write an address, which depends on who reads it. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/;

const port = z.int().min(0).max(65_535);
const udp: z.ZodExactOptional<z.ZodLiteral<true>> = z.literal(true).exactOptional();

type Fields<Port extends z.ZodType> = z.ZodObject<
  { port: Port; host: z.ZodString; udp: typeof udp },
  z.core.$strict
>;

const listens: Fields<z.ZodInt> = z.strictObject({
  port,
  host: z.string().refine((host) => host === "localhost" || host === "*" || isIP(host) !== 0),
  udp,
});
const connects: Fields<z.ZodUnion<[z.ZodInt, z.ZodLiteral<"*">]>> = z.strictObject({
  host: z.string().refine(isRemoteHost),
  port: z.union([port.min(1), z.literal("*")]),
  udp,
});

export const socketsGrant: z.ZodObject<
  {
    device: z.ZodLiteral<"atoll:device/sockets">;
    listen: z.ZodArray<typeof listens>;
    connect: z.ZodArray<typeof connects>;
  },
  z.core.$strict
> = z.strictObject({
  device: z.literal("atoll:device/sockets"),
  listen: z.array(listens),
  connect: z.array(connects),
});

function isRemoteHost(host: string): boolean {
  if (host === "*" || isIP(host) === 4) return true;
  if (host.startsWith("[") && host.endsWith("]")) return isIPv6(host.slice(1, -1));
  const name = domainToASCII(host);
  return NAME.test(name) && !ENDS_IN_NUMBER.test(name);
}

/**
 * What is expected of a field of the grant.
 *
 * @param path Of the field, from the grant on.
 */
export function expectedOfSockets(path: readonly PropertyKey[]): string | undefined {
  const [part, , field] = path;
  if (part !== "listen" && part !== "connect") return undefined;
  if (field === undefined) return "expected an object";
  if (field === "udp") return "expected true, or no such field";
  return EXPECTED[part][field === "host" ? "host" : "port"];
}

/** What is wrong with a grant, that of the command line for one; undefined: nothing. */
export function wrongOfSockets(grant: unknown): string | undefined {
  const issue = socketsGrant.safeParse(grant).error?.issues[0];
  return issue && (expectedOfSockets(issue.path) ?? issue.message);
}

const EXPECTED = {
  listen: {
    port: "expected a port of 1 to 65535, or 0 for any that is free",
    host: 'expected an address of this machine, "localhost" or "*"',
  },
  connect: {
    port: 'expected "host:port", such as "db:5432", with a port of 1 to 65535 or *',
    host: 'expected "host:port", such as "db:5432", "10.0.0.7:5432", "[::1]:5432" or "*:5432"',
  },
} as const;

/** The names of the fields that a part of the grant can have. */
export function fieldsOfSockets(part: PropertyKey | undefined): readonly string[] | undefined {
  if (part === "listen") return Object.keys(listens.shape);
  return part === "connect" ? ["udp"] : undefined;
}
