/** The fields of `http` in a `system.ts`. */
import { z } from "zod";
import { httpLimits } from "../plan-schema-http.ts";
import type { HttpLimits } from "../plan.ts";
import type { HttpConfig } from "./http-service.ts";
import { amount, text, type Fields } from "./validate-fields.ts";

const MAX_PORT = 65_535;
/** Children of a dynamic supervisor. */
const MAX_INSTANCES = 65_000;

const instances = z.strictObject({
  min: z.int().min(0).max(MAX_INSTANCES).exactOptional(),
  max: z.int().min(1).max(MAX_INSTANCES).exactOptional(),
  idle: amount(1).exactOptional(),
  slices: z.boolean().exactOptional(),
});

const limits = z.strictObject(
  Object.fromEntries(
    Object.entries(httpLimits.shape).map(([name, type]) => [name, type.exactOptional()]),
  ) as Fields<Partial<HttpLimits>>,
);

const fields: Fields<HttpConfig> = {
  port: z.int().min(0).max(MAX_PORT),
  host: text.exactOptional(),
  handler: text,
  instances: instances.exactOptional(),
  limits: limits.exactOptional(),
};

export const http: z.ZodType<HttpConfig> = z.strictObject(fields);

/** Names of the fields that an object at a place of it can have. */
export function httpFields(path: readonly PropertyKey[]): string[] {
  const [, inner] = path;
  if (inner === "instances") return Object.keys(instances.shape);
  return Object.keys(inner === "limits" ? limits.shape : fields);
}
