/**
 * The shape of a plan file's header, field by field: the link plan without bytes.
 *
 * Types in `plan.ts` are gone at run time, and a plan file may come from
 * anywhere. Positions are only checked to be natural numbers here; whether they
 * point at something is `plan-check.ts`.
 */
import { z } from "zod";
import { PLAN_VERSION, type LinkPlan, type PlanModule } from "./plan.ts";
import { httpGrants } from "./plan-schema-http.ts";
import { delivery, kernel, limits, message } from "./plan-schema-kernel.ts";

/** A module in the header: its bytes follow the header, `size` of them. */
export type HeaderModule = Omit<PlanModule, "bytes"> & { readonly size: number };
export type PlanHeader = Omit<LinkPlan, "modules"> & { readonly modules: readonly HeaderModule[] };

const position = z.int().min(0).max(0xffff_ffff);
const name = z.string().min(1).max(10_000);
const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected a SHA-256 in hexadecimal" });

/** Of a counter that is an i32. */
const MAX_DEPTH = 0x7fff_ffff;

const item = z.strictObject({ instance: position, export: z.string() });

const headerModule = z.strictObject({
  name,
  role: z.enum(["guest", "adapter", "transfer", "handles", "liveness", "accounts", "kernel", "mail"]),
  hash,
  size: position,
  sourceMap: z.string().exactOptional(),
});

const slot = z.strictObject({ instance: position, entry: position });

const hole = z.strictObject({
  name,
  functions: z.array(
    z.strictObject({
      name,
      type: z.string(),
      async: z.boolean(),
      slots: z.array(slot),
    }),
  ),
});

const exported = z.strictObject({
  name,
  type: z.string(),
  func: item,
  memory: item.exactOptional(),
  realloc: item.exactOptional(),
  postReturn: item.exactOptional(),
  encoding: z.enum(["utf8", "utf16", "latin1+utf16"]),
});

const template = z.strictObject({
  name,
  component: hash,
  wit: z.string(),
  wasi: z.array(name).exactOptional(),
  instances: z.array(
    z.strictObject({
      module: position,
      imports: z.array(z.strictObject({ module: z.string(), name: z.string(), from: item })),
      fused: z.string().exactOptional(),
    }),
  ),
  resets: z.array(item).exactOptional(),
  initialisers: z.array(item),
  sliceEnded: z.array(slot).exactOptional(),
  depth: item.exactOptional(),
  holes: z.array(hole),
  exports: z.array(exported),
  memories: z.enum(["guarded", "checked"]),
  quotas: z.strictObject({
    memory: z.int().min(0).exactOptional(),
    table: z.int().min(0).exactOptional(),
    fuel: z.int().min(0).exactOptional(),
    slice: z.int().min(0).exactOptional(),
    depth: z.int().min(0).max(MAX_DEPTH).exactOptional(),
    handles: z.int().min(0).exactOptional(),
  }),
});

const kernelDevices = [
  "atoll:kernel/time",
  "atoll:kernel/wakeup",
  "atoll:kernel/process",
  "atoll:kernel/mailbox",
  "atoll:kernel/capability",
  "atoll:kernel/supervisor",
  "atoll:kernel/introspect",
] as const;

const port = z.int().min(0).max(65_535);

const grant = z.discriminatedUnion("device", [
  z.strictObject({ device: z.literal("atoll:device/console") }),
  z.strictObject({ device: z.literal("atoll:device/clock"), denied: z.literal(true).exactOptional() }),
  z.strictObject({
    device: z.literal("atoll:device/entropy"),
    seed: z.string().exactOptional(),
    denied: z.literal(true).exactOptional(),
  }),
  z.strictObject({ device: z.literal("atoll:device/directory"), path: z.string().min(1) }),
  z.strictObject({
    device: z.literal("atoll:device/files"),
    directories: z
      .array(z.strictObject({ path: z.string().min(1), as: z.string().min(1), write: z.boolean() }))
      .refine((all) => new Set(all.map((directory) => directory.as)).size === all.length, {
        error: "expected directories of different names",
      }),
  }),
  z.strictObject({
    device: z.literal("atoll:device/configuration"),
    arguments: z.array(z.string()),
    values: z.record(z.string(), z.string()),
    environment: z.record(z.string(), z.string()).exactOptional(),
  }),
  ...httpGrants,
  z.strictObject({
    device: z.literal("atoll:device/sockets"),
    listen: z.array(z.strictObject({ port, host: z.string().min(1), udp: z.literal(true).exactOptional() })),
    connect: z.array(
      z.strictObject({
        host: z.string().min(1),
        port: z.union([port, z.literal("*")]),
        udp: z.literal(true).exactOptional(),
      }),
    ),
  }),
  z.strictObject({ device: z.literal("atoll:device/stdio"), closed: z.literal(true).exactOptional() }),
  ...kernelDevices.map((name) => z.strictObject({ device: z.literal(name) })),
]);

const device = z.enum([
  "atoll:device/console",
  "atoll:device/clock",
  "atoll:device/entropy",
  "atoll:device/directory",
  "atoll:device/files",
  "atoll:device/configuration",
  "atoll:device/http-server",
  "atoll:device/http-client",
  "atoll:device/sockets",
  "atoll:device/stdio",
  ...kernelDevices,
]);

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("process"), process: position, item }),
  z.strictObject({
    kind: z.literal("transfer"),
    export: z.enum(["memory", "realloc", "reset", "reset-i32", "reset-i64", "reset-f32", "reset-f64"]),
  }),
  z.strictObject({ kind: z.literal("device"), process: position, grant: position, function: name }),
  z.strictObject({ kind: z.literal("adapter"), adapter: position, export: z.string() }),
  z.strictObject({ kind: z.literal("handles"), export: name }),
  z.strictObject({ kind: z.literal("liveness"), export: name }),
  z.strictObject({ kind: z.literal("accounts"), export: name }),
  z.strictObject({ kind: z.literal("guard"), process: position, inner: name.exactOptional() }),
  z.strictObject({ kind: z.literal("clock") }),
  z.strictObject({ kind: z.literal("mail"), export: name }),
  z.strictObject({ kind: z.literal("kernel-event") }),
  z.strictObject({ kind: z.literal("asker") }),
  z.strictObject({ kind: z.literal("pid"), process: position }),
  z.strictObject({ kind: z.literal("authority"), process: position, hole: position }),
  z.strictObject({ kind: z.literal("wait") }),
  z.strictObject({
    kind: z.literal("spawner"),
    process: position,
    hole: position,
    function: z.enum(["spawn", "provider", "monitor", "link", "narrow", "revoke"]),
  }),
  z.strictObject({ kind: z.literal("drop"), process: position }),
  z.strictObject({
    kind: z.literal("carry"),
    process: position,
    function: z.enum(["send", "reply", "sent", "take"]),
  }),
  z.strictObject({ kind: z.literal("give"), from: position, to: position }),
]);

const adapters = z.array(
  z.strictObject({
    module: position,
    merged: position.exactOptional(),
    imports: z.array(z.strictObject({ module: z.string(), name: z.string(), from: source })),
  }),
);

const domain = z.strictObject({
  name,
  module: position,
  imports: z.array(z.strictObject({ module: z.string(), name: z.string(), from: source })),
  parts: z.array(z.strictObject({ process: position, bytes: position, adapterBytes: position })),
});

const edge = z.strictObject({
  consumer: position,
  hole: position,
  provider: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("process"), process: position, name }),
    z.strictObject({ kind: z.literal("device"), grant: position }),
    z.strictObject({
      kind: z.literal("spawner"),
      process: position,
      name,
      by: z.enum(["spawn", "process", "handles"]),
    }),
    z.strictObject({ kind: z.literal("handles") }),
    z.strictObject({ kind: z.literal("inner") }),
  ]),
  binding: z.enum(["plain", "guarded", "fused"]),
  adapters,
  functions: z.array(
    z.strictObject({
      name,
      target: source,
      guard: z.enum(["javascript", "try-table", "none"]).exactOptional(),
      standIns: z.strictObject({ unavailable: source, revoked: source }).exactOptional(),
      reason: z.string(),
      message: message.exactOptional(),
      handedOn: z
        .strictObject({
          process: position.exactOptional(),
          through: z.array(z.strictObject({ process: position, hole: name })),
        })
        .exactOptional(),
    }),
  ),
  standby: z.literal(true).exactOptional(),
  limits: limits.exactOptional(),
  meters: z.strictObject({ outer: position, inner: position }).exactOptional(),
  merged: z.literal(true).exactOptional(),
});

const process = z.strictObject({
  name,
  template: position,
  grants: z.array(grant),
  handsOn: z.array(z.strictObject({ name, process: position, function: name })).exactOptional(),
  domain: position.exactOptional(),
  ownStack: z.string().exactOptional(),
  byMessage: z.string().exactOptional(),
  mailbox: z.strictObject({ adapters, deliveries: z.array(delivery(source)) }).exactOptional(),
  spawned: z.literal(true).exactOptional(),
  merged: z
    .strictObject({
      module: position,
      imports: z.array(z.strictObject({ module: z.string(), name: z.string(), from: source })),
      bytes: position,
    })
    .exactOptional(),
});

export const planHeader: z.ZodType<PlanHeader> = z.strictObject({
  version: z.literal(PLAN_VERSION),
  system: name,
  modules: z.array(headerModule),
  templates: z.array(template),
  root: z.strictObject({
    processes: z.array(process),
    domains: z.array(domain).exactOptional(),
    edges: z.array(edge),
    transfer: position.exactOptional(),
    accounts: z
      .strictObject({
        module: position,
        of: z.array(z.strictObject({ process: position, account: position })),
      })
      .exactOptional(),
    liveness: position.exactOptional(),
    kernel: kernel.exactOptional(),
    handles: z
      .strictObject({
        module: position,
        callable: z.array(
          z.strictObject({
            process: position,
            function: name,
            table: name,
            types: z.array(z.strictObject({ kind: name, implemented: z.boolean() })),
          }),
        ),
        tables: z.array(
          z.union([z.strictObject({ process: position, instance: position }), z.strictObject({ device })]),
        ),
        types: z.array(
          z.union([
            z.strictObject({ process: position, name, destructor: item.exactOptional() }),
            z.strictObject({
              spawner: z.strictObject({ process: position, name }),
              name,
            }),
            z.strictObject({
              device,
              name,
              holder: z.strictObject({ process: position, grant: position }),
            }),
          ]),
        ),
      })
      .exactOptional(),
    entry: z.strictObject({ process: position, function: name, adapters, target: source }).exactOptional(),
  }),
});
