/**
 * AssemblyScript's collector with one function more: `__newPinned`.
 *
 * A block that an adapter fills is pinned at once and overwritten in full.
 * `__pin(__new(…))` would link it into one list, unlink it, link it into
 * another, and clear it first: half of what it costs to receive 64 KiB. The
 * function is `__new` itself with two of its lines changed, so that it stays
 * right when the collector's own does.
 */

/** Name of the library file that `withPinnedBlocks` extends. */
export const COLLECTOR = "rt/itcms";

const NEW = /(?:\/\/.*\n|@.*\n)*export function __new\(.*\n(?:.*\n)*?\}\n/;
const LINK = "obj.linkTo(fromSpace, white);";
const CLEAR = "memory.fill(ptr, 0, size);";
/** Made where it is first mentioned by the program, which is behind the statements that already get texts of others. */
const LATE = "@lazy let pinSpace =";

/** @throws TypeError when the text is not of the AssemblyScript release that is pinned. */
export function withPinnedBlocks(collector: string): string {
  const own = NEW.exec(collector)?.[0] ?? "";
  if (!own.includes(LINK) || !own.includes(CLEAR) || !collector.includes(LATE)) {
    throw new TypeError("the collector of this AssemblyScript has no __new that bindings know how to vary");
  }
  const pinned = own
    .replace("export function __new(", "export function __newPinned(")
    .replace(LINK, "obj.linkTo(pinSpace, transparent);")
    .replace(CLEAR, "");
  return `${collector.replace(LATE, "let pinSpace =")}\n${pinned}`;
}
