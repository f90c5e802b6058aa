/** What generation takes and gives: the hinge between bindgen and compile. */
import type { AsWorld } from "./as-type.ts";

export interface BindingsInput {
  readonly world: AsWorld;
  /**
   * Documentation comments by item path: `ns:pkg/iface@v` (the interface),
   * `ns:pkg/iface@v#item` (function or type), `ns:pkg/iface@v#type.member`
   * (field, case or label). An item of the world itself starts at `#`.
   * Labels are kebab-case; the text has no comment marks.
   */
  readonly docs?: ReadonlyMap<string, string>;
}

export interface BindingsFile {
  /** File name, such as `search-index-api.ts`. */
  readonly path: string;
  /**
   * What import specifiers resolve to it: `search:index/api@0.1.0`. Generated
   * files name each other by this, so it must resolve to one source only.
   */
  readonly module: string;
  readonly text: string;
}

export interface Bindings {
  /** Interface files, and the entry, which is `entry`. */
  readonly files: readonly BindingsFile[];
  /** Path of the entry file, which asc compiles; its exports are the core module's. */
  readonly entry: string;
  /** Canonical names for the entry's exports, which AssemblyScript cannot spell. */
  readonly exports: readonly { readonly identifier: string; readonly name: string }[];
}
