/**
 * Names of interfaces, `ns:package/name@version`, and which of them fit together.
 *
 * A wire joins names that are equal, or whose versions are compatible as semantic
 * versions say: the same major version from 1 on, the same minor below it.
 * Source: Component Model WIT.md, "Package declaration"; semver.org 2.0.0.
 */

/** `ns:package/name` and, if there is one, the version, such as `1.2.0`. */
export function splitVersion(name: string): { readonly id: string; readonly version?: string } {
  const at = name.indexOf("@");
  return at < 0 ? { id: name } : { id: name.slice(0, at), version: name.slice(at + 1) };
}

/** The name that is meant: the same, else the only one that fits. */
export function findInterface(wanted: string, names: readonly string[]): string | undefined {
  const fitting = fittingInterfaces(wanted, names);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The same name alone, if it is there; else all whose version is compatible; no version fits all. */
export function fittingInterfaces(wanted: string, names: readonly string[]): string[] {
  if (names.includes(wanted)) return [wanted];
  const { id, version } = splitVersion(wanted);
  return names.filter((name) => {
    const other = splitVersion(name);
    return other.id === id && compatible(version, other.version);
  });
}

/** Names that differ from a wanted one in the version only. */
export function otherVersions(wanted: string, names: readonly string[]): string[] {
  return names.filter((name) => splitVersion(name).id === splitVersion(wanted).id);
}

function compatible(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || track(a) === track(b);
}

/** The part of a version that compatible versions share: `1`, `0.2`, `0.0.3`, a pre-release as a whole. */
function track(version: string): string {
  const [numbers = "", pre] = version.split("-", 2);
  if (pre !== undefined) return version;
  const [major = "", minor = "", patch = ""] = numbers.split("+")[0]?.split(".") ?? [];
  if (major !== "0") return major;
  return minor === "0" ? `0.0.${patch}` : `0.${minor}`;
}
