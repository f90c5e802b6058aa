/**
 * Checks a system's configuration: every field, before anything is built.
 *
 * `system.ts` is typed, but types are not checked when Node runs it, and JSON
 * may come from anywhere. A message names the process, the field, and what is
 * allowed there.
 */
import { z } from "zod";
import { LinkError } from "../error.ts";
import type { Grant } from "../plan.ts";
import { httpGrants, httpLimits } from "../plan-schema-http.ts";
import { checkHttp } from "./check-http.ts";
import { checkHttpService } from "./http-service.ts";
import { checkSupervision } from "./check-supervision.ts";
import { checkParts, isGrantedInParts, mergeGrants } from "./merge-grants.ts";
import { problemLines, show, type FieldTexts } from "./problem.ts";
import type { SystemConfig } from "./system.ts";
import { amount, name, text } from "./validate-fields.ts";
import { http, httpFields } from "./validate-http.ts";
import { expectedOfSockets, fieldsOfSockets, socketsGrant } from "./validate-sockets.ts";
import {
  handlesFields,
  innerFields,
  messageFields,
  processFields,
  spawnFields,
  supervisor,
  supervisorFields,
} from "./validate-supervisor.ts";

const PAGE = 65536;
const MAX_MEMORY = 65536 * PAGE;
/** What engines allow, by the JavaScript interface of WebAssembly. */
const MAX_TABLE = 10_000_000;
/** The counter is an i32. */
const MAX_DEPTH = 0x7fff_ffff;
/** Length of a component's table; CanonicalABI.md, "Table State". */
const MAX_HANDLES = 2 ** 28 - 1;
const DEVICES =
  'console(), clock(), entropy(), directory(path), dir(path, access), stdio(), configuration(), httpServer({ port }), httpClient({ to }), listen(port), connect("host:port"), introspection() or supervision()';

const environment = z.record(
  z.string().regex(/^[^=\0]+$/),
  z.string().regex(/^[^\0]*$/, { error: "expected a text without NUL" }),
  {
    error: ({ code }) =>
      code === "invalid_key" ? "expected names without = or NUL, such as HOME" : undefined,
  },
);

const grant = z.discriminatedUnion(
  "device",
  [
    z.strictObject({ device: z.literal("atoll:device/console") }),
    z.strictObject({ device: z.literal("atoll:device/clock") }),
    z.strictObject({ device: z.literal("atoll:device/entropy"), seed: z.string().exactOptional() }),
    z.strictObject({ device: z.literal("atoll:device/directory"), path: text }),
    z.strictObject({
      device: z.literal("atoll:device/files"),
      directories: z.array(z.strictObject({ path: text, as: text, write: z.boolean() })),
    }),
    z.strictObject({
      device: z.literal("atoll:device/configuration"),
      arguments: z.array(z.string()),
      values: z.record(z.string(), z.string()),
      environment: environment.exactOptional(),
    }),
    ...httpGrants,
    socketsGrant,
    z.strictObject({ device: z.literal("atoll:device/stdio"), closed: z.literal(true).exactOptional() }),
    z.strictObject({ device: z.literal("atoll:kernel/introspect") }),
    z.strictObject({ device: z.literal("atoll:kernel/supervisor") }),
  ],
  { error: `expected ${DEVICES}, imported from "atoll-os"` },
);

const wireFields = z.strictObject({
  process: text,
  interface: text.exactOptional(),
  plain: z.literal(true).exactOptional(),
  onFault: z.union([z.literal("err"), z.strictObject({ err: text })]).exactOptional(),
  alternatives: z.array(text).exactOptional(),
  queue: z.literal(true).exactOptional(),
  ...messageFields,
});
const wire = z.union([text, wireFields, spawnFields, handlesFields], {
  error:
    'expected the name of a process, or { process } with interface: "ns:package/name", plain: true, onFault: "err" or { err: "case" }, alternatives: ["name"], and under a supervisor cast: ["function"], deadline, queue: true, limits; or { spawn: "name" } or { handles: "name" }',
});

const quotas = z.strictObject({
  memory: z
    .int()
    .min(PAGE)
    .max(MAX_MEMORY)
    .multipleOf(PAGE, { error: `expected a multiple of ${PAGE} (a page of linear memory)` })
    .exactOptional(),
  table: z.int().min(1).max(MAX_TABLE).exactOptional(),
  fuel: z.int().min(1).exactOptional(),
  slice: z.int().min(1).exactOptional(),
  depth: z.int().min(1).max(MAX_DEPTH).exactOptional(),
  handles: z.int().min(1).max(MAX_HANDLES).exactOptional(),
  records: amount(1).exactOptional(),
});

const processes = z.record(
  z.string(),
  z.strictObject({
    component: text,
    dialect: z.enum(["lean", "full"]).exactOptional(),
    driver: text.exactOptional(),
    strict: z.literal(true).exactOptional(),
    imports: z.record(z.string(), wire).exactOptional(),
    grants: z.array(grant).exactOptional(),
    arguments: z.array(z.string()).exactOptional(),
    configuration: z.record(z.string(), z.string()).exactOptional(),
    environment: environment.exactOptional(),
    quotas: quotas.exactOptional(),
    pays: z.literal("self").exactOptional(),
    blast: z.int().min(0).exactOptional(),
    domain: name.exactOptional(),
    ...processFields,
  }),
);

const system = z.strictObject({
  name,
  processes,
  entry: z
    .union([text, z.strictObject({ process: text, function: text })], {
      error: "expected the name of a process, or { process, function }",
    })
    .exactOptional(),
  supervisor: supervisor.exactOptional(),
  http: http.exactOptional(),
  control: text.exactOptional(),
});

/**
 * Returns the configuration, checked.
 *
 * @param file What to call it in messages.
 * @throws LinkError (`config`) that names every wrong field.
 */
export function validateSystem(value: unknown, file: string): SystemConfig {
  const parsed = system.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const lines = problemLines(parsed.error.issues, TEXTS);
    throw new LinkError("config", `${file} does not describe a system:\n  ${lines.join("\n  ")}`);
  }
  // What `http` makes is made under the kernel.
  const config = parsed.data.http === undefined ? parsed.data : { supervisor: {}, ...parsed.data };
  const wrong = [
    ...checkNames(config),
    ...checkDialects(config),
    ...checkGrants(config),
    ...checkHttp(config),
    ...checkHttpService(config),
    ...checkFuel(config),
    ...checkSupervision(config),
  ];
  if (wrong.length > 0) {
    throw new LinkError(
      "config",
      `${file} does not describe a system:\n${wrong.map((line) => `  ${line}`).join("\n")}`,
    );
  }
  return config;
}

function checkNames(config: SystemConfig): string[] {
  const names = Object.keys(config.processes);
  if (names.length === 0) return ["processes: expected at least one process, found none"];
  return names
    .filter((key) => !name.safeParse(key).success)
    .map((key) => `processes: expected names of lower-case words, digits and hyphens, found "${key}"`);
}

/** A program is built once, whoever uses it. */
function checkDialects({ processes }: SystemConfig): string[] {
  const all = Object.entries(processes);
  return all.flatMap(([process, { component, dialect }]) => {
    if (dialect === undefined) return [];
    if (!component.endsWith(".ts"))
      return [`process "${process}", dialect: expected a program (.ts) as component, found ${component}`];
    const other = all.find(
      ([, one]) => one.component === component && one.dialect !== undefined && one.dialect !== dialect,
    );
    return other === undefined
      ? []
      : [
          `process "${process}", dialect: expected "${other[1].dialect}" as in process "${other[0]}", found "${dialect}"`,
        ];
  });
}

function checkGrants(config: SystemConfig): string[] {
  return Object.entries(config.processes).flatMap(([process, processConfig]) => {
    const wrong: string[] = [];
    const { grants = [] } = processConfig;
    const devices = grants.map((g) => g.device);
    for (const device of new Set(devices)) {
      if (!isGrantedInParts(device) && devices.filter((d) => d === device).length > 1)
        wrong.push(`process "${process}", grants: expected ${device} once, found it more than once`);
    }
    wrong.push(...checkParts(process, grants));
    const twice = devices.includes("atoll:device/configuration");
    if (twice && isConfigured(processConfig)) {
      wrong.push(
        `process "${process}": expected either the grant configuration() or the fields arguments, configuration and environment, found both`,
      );
    }
    return wrong;
  });
}

function isConfigured(process: SystemConfig["processes"][string]): boolean {
  return [process.arguments, process.configuration, process.environment].some((field) => field !== undefined);
}

/** What is said about a budget, and there is none. In a domain another member may have given it. */
function checkFuel({ processes }: SystemConfig): string[] {
  const all = Object.entries(processes);
  return all.flatMap(([process, { quotas, pays, domain }]) => {
    const members = all.filter(([name, other]) =>
      domain === undefined ? name === process : other.domain === domain,
    );
    if (members.some(([, other]) => other.quotas?.fuel !== undefined)) return [];
    const fields = [...(quotas?.slice === undefined ? [] : ["quotas.slice"]), ...(pays ? ["pays"] : [])];
    return fields.map(
      (field) => `process "${process}", ${field}: expected quotas.fuel beside it, found no budget`,
    );
  });
}

/** The grants of a process, those of its fields included, in the order of their names. */
export function grantsOf(process: SystemConfig["processes"][string]): Grant[] {
  const grants = mergeGrants(process.grants ?? []);
  if (isConfigured(process)) {
    grants.push({
      device: "atoll:device/configuration",
      arguments: process.arguments ?? [],
      values: process.configuration ?? {},
      ...(process.environment !== undefined && { environment: process.environment }),
    });
  }
  return grants.sort((a, b) => (a.device < b.device ? -1 : 1));
}

function wireShape(found: unknown): object {
  if (typeof found !== "object" || found === null) return wireFields.shape;
  if ("spawn" in found) return spawnFields.shape;
  return "handles" in found ? handlesFields.shape : wireFields.shape;
}

const TEXTS: FieldTexts = {
  allowed: (path, found) => allowed(path, found),
  special(path, found) {
    if (path[0] !== "processes" || path[2] !== "grants") return undefined;
    if (typeof found === "function") return `expected ${DEVICES}, found ${show(found)}: call it`;
    const expected = expectedOfSockets(path.slice(4));
    return expected && `${expected}, found ${found === undefined ? "none" : show(found)}`;
  },
};

/** The field names at a place, read off the schema so that a message never goes stale. */
function allowed(path: readonly PropertyKey[], found: unknown): string {
  const [first, , field, , inner] = path;
  if (first === undefined) return Object.keys(system.shape).join(", ");
  if (first === "supervisor") return supervisorFields(path, found).join(", ");
  if (first === "http") return httpFields(path).join(", ");
  if (first !== "processes") return "process, function";
  if (field === undefined) return Object.keys(processes.valueType.shape).join(", ");
  if (field === "quotas") return Object.keys(quotas.shape).join(", ");
  if (field === "grants" && inner === "limits") return Object.keys(httpLimits.shape).join(", ");
  if (field === "grants") return fieldsOfSockets(path[4])?.join(", ") ?? `what ${DEVICES} return`;
  const deep = field === "imports" ? inner : field;
  if (deep === "backoff" || deep === "mailbox" || deep === "limits") return innerFields(deep).join(", ");
  return Object.keys(wireShape(found)).join(", ");
}
