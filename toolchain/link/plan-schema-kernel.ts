/**
 * The shape of what a plan file says of a system under the kernel: `plan-kernel.ts`, field by field.
 *
 * Numbers are bounded here by what the kernel takes: it counts in words of 32
 * bits, and refuses what is out of range only once the system runs.
 */
import { z } from "zod";
import type { Delivery, KernelPlan, Limits, MessageSend } from "./plan.ts";

const position = z.int().min(0).max(0xffff_ffff);
/** Microseconds, in a field of a kernel's template. */
const time = z.int().min(0).max(0x7fff_ffff);
const name = z.string().min(1).max(10_000);
const amount = z.int().min(0).max(0x7fff_ffff);
/** Functions that a handle tells apart: bits of its mask. */
const functionNumber = z.int().min(0).max(31);

const common = {
  parent: position.exactOptional(),
  restart: z.enum(["permanent", "transient", "temporary"]),
  startDeadline: time,
  stopDeadline: time,
  backoff: z.strictObject({ first: time, limit: time }),
};

const node = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("supervisor"),
    name,
    strategy: z.enum(["one_for_one", "one_for_all", "rest_for_one", "dynamic"]),
    intensity: z.int().min(0).max(16),
    window: time.min(1),
    most: z.int().min(1).max(0xffff).exactOptional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("worker"),
    process: position,
    priority: z.int().min(0).max(3),
    mail: amount,
    mailBytes: amount,
    records: amount,
    handles: amount,
  }),
]);

/** `KernelPlan`. */
export const kernel: z.ZodType<KernelPlan> = z.strictObject({
  module: position,
  mail: position.exactOptional(),
  tables: z.strictObject({
    processes: z.int().min(1).max(0xffff),
    messages: z.int().min(1).max(0xf_ffff),
    handles: z.int().min(1).max(0xf_ffff),
    events: z.int().min(1).max(0xf_ffff),
  }),
  tree: z.array(node),
  control: name.exactOptional(),
});

/** `MessageSend`. */
export const message: z.ZodType<MessageSend> = z.strictObject({
  kind: z.enum(["call", "cast"]),
  delivery: position,
  deadline: time.min(1).exactOptional(),
  reason: z.string(),
});

/** `Limits`. */
export const limits: z.ZodType<Limits> = z.strictObject({
  functions: z.array(functionNumber).exactOptional(),
  uses: z.int().min(1).max(0x7fff_ffff).exactOptional(),
  rate: z.int().min(1).max(0x7fff_ffff).exactOptional(),
  until: z.int().min(1).max(Number.MAX_SAFE_INTEGER).exactOptional(),
});

/** `Delivery`. */
export function delivery(source: z.ZodType<Delivery["target"]>): z.ZodType<Delivery> {
  return z.strictObject({ function: name, number: functionNumber, target: source });
}
