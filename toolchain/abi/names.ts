/**
 * The names that a component may use, checked before they are printed or compiled.
 *
 * A binary may hold any string where a name belongs, and names end up in WIT
 * text and in generated TypeScript: only the specification's grammar passes.
 * Source: Component Model Explainer.md, "Import and Export Definitions".
 */

/** `label`: words and acronyms joined by hyphens, such as `is-XML` or `p2p`. */
export function isLabel(text: string): boolean {
  const [first = "", ...rest] = text.split("-");
  return (
    /^(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)$/.test(first) &&
    rest.every((fragment) => /^(?:[0-9a-z]+|[0-9A-Z]+)$/.test(fragment))
  );
}

/** `plainname`: a label, or a function of a resource, such as `[method]blob.get`. */
export function isPlainName(text: string): boolean {
  if (text.startsWith("[constructor]")) return isLabel(text.slice("[constructor]".length));
  const method = /^\[(?:method|static)\]([^.]*)\.([^.]*)$/.exec(text);
  return method === null ? isLabel(text) : isLabel(method[1] ?? "") && isLabel(method[2] ?? "");
}

/** The parts of `namespace:package/name@version`. */
export interface InterfaceName {
  /** Such as `search:index`. */
  readonly package: string;
  readonly name: string;
  readonly version?: string;
}

/** `interfacename` with one namespace and one projection; `undefined` for any other text. */
export function parseInterfaceName(text: string): InterfaceName | undefined {
  const match = /^([^:/@]+):([^:/@]+)\/([^:/@]+)(?:@(.+))?$/.exec(text);
  if (match === null) return undefined;
  const [, namespace = "", name = "", projection = "", version] = match;
  if (!isWords(namespace) || !isWords(name) || !isLabel(projection)) return undefined;
  if (version !== undefined && !isVersion(version)) return undefined;
  return {
    package: `${namespace}:${name}`,
    name: projection,
    ...(version === undefined ? {} : { version }),
  };
}

/** The first label that repeats an earlier one, upper and lower case taken as equal. */
export function repeatedLabel(labels: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return labels.find((label) => {
    const key = label.toLowerCase();
    const repeated = seen.has(key);
    seen.add(key);
    return repeated;
  });
}

function isWords(text: string): boolean {
  return isLabel(text) && text === text.toLowerCase();
}

/** A semantic version, or the canonical part of one (`1`, `0.2`). */
function isVersion(text: string): boolean {
  return /^\d+(?:\.\d+){0,2}(?:[-+][0-9A-Za-z.+-]+)?$/.test(text);
}
