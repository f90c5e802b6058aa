/**
 * Names of imports and exports: their grammar, their attributes, when two are the same.
 *
 * Nested namespaces (gated) and names that are URLs or dependencies (gone from
 * the specification) are refused. Explainer.md, "Import and Export
 * Definitions" and "Name Uniqueness"; Binary.md, `nameattributes`.
 */
import type { ExternName } from "../component/component.ts";
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";
import { isLabel } from "./labels.ts";

export type ParsedName =
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "constructor"; readonly resource: string }
  | { readonly kind: "method" | "static"; readonly resource: string; readonly member: string }
  | { readonly kind: "interface" };

/** Takes a name apart. */
export function parseExternName(name: string, context: Context): ParsedName {
  const annotated = /^\[(constructor|method|static)\]([^]*)$/.exec(name);
  if (annotated !== null) {
    const [, kind, rest = ""] = annotated;
    if (kind === "constructor") return { kind, resource: label(rest, name, context) };
    return member(kind as "method" | "static", rest, name, context);
  }
  if (name.includes(":")) return parseInterfaceName(name, context);
  return { kind: "label", label: label(name, name, context) };
}

function label(text: string, name: string, context: Context): string {
  if (!isLabel(text)) invalid(name, `\`${text}\` is not in kebab case`, context);
  return text;
}

function member(kind: "method" | "static", text: string, name: string, context: Context): ParsedName {
  const dot = text.indexOf(".");
  if (dot < 0) invalid(name, "failed to find `.` character", context);
  return {
    kind,
    resource: label(text.slice(0, dot), name, context),
    member: label(text.slice(dot + 1), name, context),
  };
}

function invalid(name: string, why: string, context: Context): never {
  return context.fail(SECTION.names, `\`${name}\` is not a valid extern name: ${why}`);
}

/** `namespace:package/interface@version` */
function parseInterfaceName(name: string, context: Context): ParsedName {
  const at = name.indexOf("@");
  const path = at < 0 ? name : name.slice(0, at);
  const colon = path.indexOf(":");
  const rest = path.slice(colon + 1);
  words(path.slice(0, colon), name, context);
  const slash = rest.indexOf("/");
  const pkg = slash < 0 ? rest : rest.slice(0, slash);
  if (pkg.includes(":")) invalid(name, "expected `/` after package name", context);
  words(pkg, name, context);
  if (slash < 0) invalid(name, "expected `/` after package name", context);
  const projection = rest.slice(slash + 1);
  const more = projection.indexOf("/");
  if (more >= 0) invalid(name, `trailing characters found: \`${projection.slice(more)}\``, context);
  label(projection, name, context);
  if (at >= 0) version(name.slice(at + 1), name, context);
  return { kind: "interface" };
}

function words(text: string, name: string, context: Context): void {
  if (!/^[a-z]/.test(text) || !text.split("-").every((part) => /^[0-9a-z]+$/.test(part))) {
    invalid(name, `\`${text}\` is not in kebab case`, context);
  }
}

const CANON_VERSION = /^(?:[1-9]\d*|0\.[1-9]\d*|0\.0\.[1-9]\d*|0\.0\.0)$/;
const NUMBERS = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;

function version(text: string, name: string, context: Context): void {
  if (text === "") invalid(name, "empty string, expected a semver version", context);
  if (!isSemver(text) && !CANON_VERSION.test(text)) {
    invalid(name, `\`${text}\` is not a valid semver`, context);
  }
}

/** Semantic Versioning 2.0.0, part by part. */
function isSemver(text: string): boolean {
  const plus = text.indexOf("+");
  const build = plus < 0 ? undefined : text.slice(plus + 1);
  const main = plus < 0 ? text : text.slice(0, plus);
  const dash = main.indexOf("-");
  const pre = dash < 0 ? undefined : main.slice(dash + 1);
  if (!NUMBERS.test(dash < 0 ? main : main.slice(0, dash))) return false;
  if (build !== undefined && !areIdentifiers(build)) return false;
  return pre === undefined || (areIdentifiers(pre) && !pre.split(".").some((id) => /^0\d+$/.test(id)));
}

function areIdentifiers(part: string): boolean {
  return part.split(".").every((id) => /^[0-9A-Za-z-]+$/.test(id));
}

/** The text by which two names are the same. Explainer.md, "Name Uniqueness". */
function canonicalName(name: string, parsed: ParsedName): string {
  const lower = name.toLowerCase();
  if (parsed.kind !== "method" && parsed.kind !== "static") return lower;
  const resource = parsed.resource.toLowerCase();
  const member = parsed.member.toLowerCase();
  return resource === member ? member : `${resource}.${member}`;
}

/** Names of one scope, strongly unique. */
export class UniqueNames {
  readonly #names = new Map<string, string>();

  /** @param side `import` or `export`, for messages. */
  add(name: string, parsed: ParsedName, side: string, context: Context): void {
    const canonical = canonicalName(name, parsed);
    const earlier = this.#names.get(canonical);
    if (earlier !== undefined) {
      const rule = `${side} name \`${name}\` conflicts with previous name \`${earlier}\``;
      context.fail(SECTION.uniqueness, rule);
    }
    this.#names.set(canonical, name);
  }
}

/** @param sort of the import or export; only instances implement interfaces. */
export function checkAttributes(
  { name, attributes }: ExternName,
  parsed: ParsedName,
  sort: string,
  context: Context,
): void {
  const seen = new Set<string>();
  for (const attribute of attributes) {
    if (seen.has(attribute.kind)) {
      context.fail(SECTION.externs, `the attribute \`${attribute.kind}\` is given more than once`);
    }
    seen.add(attribute.kind);
    if (attribute.kind === "implements") checkImplements(name, attribute.interface, parsed, sort, context);
    if (attribute.kind === "versionsuffix") checkVersionSuffix(name, attribute.suffix, context);
  }
}

function checkImplements(
  name: string,
  implemented: string,
  parsed: ParsedName,
  sort: string,
  context: Context,
): void {
  if (implemented === "") context.fail(SECTION.externs, "`implements`: `` is not a valid name");
  if (parseExternName(implemented, context).kind !== "interface") {
    context.fail(SECTION.externs, `\`implements\` of \`${implemented}\`: it must be an interface name`);
  }
  if (sort !== "instance") {
    context.fail(SECTION.externs, "only instances can have an `implements`", "an instance", sort);
  }
  if (parsed.kind !== "label") {
    context.fail(SECTION.externs, `name \`${name}\` is not valid with \`implements\``, "a plain name");
  }
}

function checkVersionSuffix(name: string, suffix: string, context: Context): void {
  const at = name.indexOf("@");
  const base = at < 0 ? "" : name.slice(at + 1);
  if (!CANON_VERSION.test(base)) {
    context.fail(
      SECTION.externs,
      "`versionsuffix` needs a name with a canonical version",
      "such as `@1`",
      `\`${name}\``,
    );
  }
  if (!isSemver(base + suffix)) {
    context.fail(
      SECTION.externs,
      "`versionsuffix` does not complete the version",
      "a semver",
      `\`${base}${suffix}\``,
    );
  }
}
