/**
 * `system.atoll`: a link plan as one file.
 *
 *      0   8  magic: "atoll", 0x00, CR, LF (a transfer as text would break it)
 *      8   4  format version, u32 little-endian
 *     12   4  size of the header in bytes, u32 little-endian
 *     16  32  SHA-256 of the header
 *     48   n  header: the plan as JSON in UTF-8, keys sorted, no white space
 *    48+n     the bytes of each module, in the order of `modules`, without gaps
 *
 * The same plan gives the same bytes. The hashes tell a damaged file from a
 * whole one; they do not tell who made it, so everything is checked all the same.
 */
import { createHash } from "node:crypto";
import { PLAN_VERSION, type LinkPlan, type PlanModule } from "./plan.ts";
import { checkPlan } from "./plan-check.ts";
import { PlanError } from "./plan-error.ts";
import { planHeader, type HeaderModule, type PlanHeader } from "./plan-schema.ts";

export { PlanError } from "./plan-error.ts";

const MAGIC = Uint8Array.from([0x61, 0x74, 0x6f, 0x6c, 0x6c, 0x00, 0x0d, 0x0a]);
const AT = { version: 8, size: 12, hash: 16, header: 48 } as const;

/** The bytes of `system.atoll`. */
export function serialisePlan(plan: LinkPlan): Uint8Array {
  const modules = plan.modules.map(({ bytes, ...module }) => ({ ...module, size: bytes.length }));
  const header = new TextEncoder().encode(canonicalJson({ ...plan, modules }));
  const total = plan.modules.reduce((sum, module) => sum + module.bytes.length, AT.header + header.length);
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(AT.version, plan.version, true);
  view.setUint32(AT.size, header.length, true);
  file.set(sha256(header), AT.hash);
  file.set(header, AT.header);
  let at = AT.header + header.length;
  for (const { bytes } of plan.modules) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Reads a plan file, and checks all of it.
 *
 * @throws PlanError and nothing else, whatever the bytes are.
 */
export function parsePlan(file: Uint8Array): LinkPlan {
  const header = parseHeader(readHeader(file));
  const size = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(AT.size, true);
  const modules = readModules(file, AT.header + size, header.modules);
  checkPlan(header);
  return { ...header, modules };
}

function readHeader(file: Uint8Array): Uint8Array {
  if (file.length < AT.header) {
    throw new PlanError(
      `byte ${file.length}`,
      `expected at least ${AT.header} bytes, found the end of the file`,
    );
  }
  if (!equal(file.subarray(0, MAGIC.length), MAGIC)) {
    throw new PlanError(
      "byte 0",
      "this is not a link plan (its first bytes are not `atoll`); `atoll link` makes one",
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(AT.version, true);
  if (version !== PLAN_VERSION) {
    const whose = version > PLAN_VERSION ? "a newer Atoll" : "another Atoll";
    throw new PlanError(
      `byte ${AT.version}`,
      `made by ${whose}: expected format version ${PLAN_VERSION}, found ${version}; link the system again or update atoll-os`,
    );
  }
  const size = view.getUint32(AT.size, true);
  if (size > file.length - AT.header) {
    throw new PlanError(
      `byte ${AT.size}`,
      `expected a header of ${size} bytes, found ${file.length - AT.header}: cut off`,
    );
  }
  const header = file.subarray(AT.header, AT.header + size);
  if (!equal(sha256(header), file.subarray(AT.hash, AT.header))) {
    throw new PlanError(
      `byte ${AT.hash}`,
      "the header does not have the hash that is written before it: damaged",
    );
  }
  return header;
}

function parseHeader(bytes: Uint8Array): PlanHeader {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new PlanError("header", `expected JSON, found ${cause instanceof Error ? cause.message : "none"}`);
  }
  const parsed = planHeader.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PlanError(issue?.path.map(String).join(".") || "header", issue?.message ?? "not a link plan");
}

function readModules(file: Uint8Array, start: number, modules: readonly HeaderModule[]): PlanModule[] {
  let at = start;
  const read = modules.map(({ size, ...module }, i) => {
    const where = `modules.${i} ("${module.name}")`;
    if (size > file.length - at) {
      throw new PlanError(where, `expected ${size} bytes, found ${file.length - at}: cut off`);
    }
    const bytes = file.slice(at, at + size);
    at += size;
    if (createHash("sha256").update(bytes).digest("hex") !== module.hash) {
      throw new PlanError(where, "its bytes do not have the hash in the header: damaged");
    }
    return { ...module, bytes };
  });
  if (at !== file.length) {
    throw new PlanError(`byte ${at}`, `expected the end of the file, found ${file.length - at} more bytes`);
  }
  return read;
}

/** JSON with sorted keys: one text for one value. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
