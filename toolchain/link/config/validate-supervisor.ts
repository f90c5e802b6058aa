/**
 * The fields of supervision in a `system.ts`: of the tree, of processes, of wires.
 *
 * What can be seen without the components; whether the tree can work is
 * `check-supervision.ts`.
 */
import { z } from "zod";
import type {
  DynamicSupervisorConfig,
  MessageConfig,
  NestedSupervisorConfig,
  SupervisedProcess,
  SupervisorConfig,
} from "./supervisor.ts";
import type { HandlesConfig, SpawnConfig } from "./system.ts";
import { amount, duration, MIN_DURATION, name, text, type Fields } from "./validate-fields.ts";

/** `INTENSITY_LIMIT` of kernel/abi.ts. */
const MAX_INTENSITY = 16;
/** Nodes one below the other, the root and a process included: `DEPTH_LIMIT` of kernel/abi.ts. */
const MAX_DEPTH = 32;
/** Slots of processes that the kernel can name. */
const MAX_CHILDREN = 65_000;

const restart = z.enum(["permanent", "transient", "temporary"]);
const backoff = z.strictObject({ first: duration(MIN_DURATION), limit: duration(MIN_DURATION) });

const common = {
  intensity: z.int().min(0).max(MAX_INTENSITY).exactOptional(),
  window: duration(MIN_DURATION).exactOptional(),
  startDeadline: duration(0).exactOptional(),
  stopDeadline: duration(0).exactOptional(),
};
const supervised = { name, restart: restart.exactOptional(), backoff: backoff.exactOptional() };

const dynamic = z.strictObject({
  ...common,
  ...supervised,
  strategy: z.literal("dynamic"),
  child: text,
  most: z.int().min(1).max(MAX_CHILDREN).exactOptional(),
});

/** What a supervisor with a list of children has, at a depth of the tree. */
function listed(depth: number): Fields<SupervisorConfig> {
  return {
    ...common,
    strategy: z.enum(["one_for_one", "one_for_all", "rest_for_one"]).exactOptional(),
    children: z.array(z.lazy(() => child(depth + 1))).exactOptional(),
  };
}

/** Made as deep as somebody writes: a list that holds itself would have no end. */
function child(depth: number): z.ZodType<string | NestedSupervisorConfig | DynamicSupervisorConfig> {
  if (depth > MAX_DEPTH) {
    return z.custom<never>(() => false, {
      error: `expected at most ${MAX_DEPTH} supervisors and processes one below the other`,
    });
  }
  return z.union([text, dynamic, z.strictObject({ ...listed(depth), ...supervised })], {
    error: "expected the name of a process, or { name, children } with strategy, intensity, window",
  });
}

/** The root. */
export const supervisor: z.ZodType<SupervisorConfig> = z.strictObject(listed(1));

const mailbox = z.strictObject({ messages: amount(1).exactOptional(), bytes: amount(1).exactOptional() });
const limits = z.strictObject({
  functions: z.array(text).exactOptional(),
  uses: amount(1).exactOptional(),
  rate: amount(1).exactOptional(),
  until: duration(MIN_DURATION).exactOptional(),
});

/** Fields of a process. */
export const processFields: Fields<SupervisedProcess> = {
  restart: restart.exactOptional(),
  startDeadline: duration(0).exactOptional(),
  stopDeadline: duration(0).exactOptional(),
  backoff: backoff.exactOptional(),
  priority: z.literal([0, 1, 2, 3]).exactOptional(),
  mailbox: mailbox.exactOptional(),
};

/** Fields of a wire. */
export const messageFields: Fields<MessageConfig> = {
  cast: z.array(text).exactOptional(),
  deadline: duration(MIN_DURATION).exactOptional(),
  limits: limits.exactOptional(),
};

export const spawnFields: z.ZodObject<Fields<SpawnConfig>, z.core.$strict> = z.strictObject({
  spawn: text,
  interface: text.exactOptional(),
  ...messageFields,
});

export const handlesFields: z.ZodObject<Fields<HandlesConfig>, z.core.$strict> = z.strictObject({
  handles: text,
  interface: text.exactOptional(),
  cast: messageFields.cast,
  deadline: messageFields.deadline,
});

/** Names of the fields that an object of the tree can have, which is found at `path`. */
export function supervisorFields(path: readonly PropertyKey[], found: unknown): string[] {
  const last = path.at(-1);
  if (last === "backoff") return Object.keys(backoff.shape);
  const isDynamic = typeof found === "object" && found !== null && "strategy" in found;
  if (isDynamic && found.strategy === "dynamic") return Object.keys(dynamic.shape);
  const own = Object.keys(listed(1));
  return path.length === 1 ? own : [...own, ...Object.keys(supervised)];
}

/** Of the object that is the field `name` of a process, a wire or their fields. */
export function innerFields(name: "backoff" | "mailbox" | "limits"): string[] {
  return Object.keys({ backoff: backoff.shape, mailbox: mailbox.shape, limits: limits.shape }[name]);
}
