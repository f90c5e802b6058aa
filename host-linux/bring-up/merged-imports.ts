/**
 * What a module imports that processes are spawned as: one object, made once.
 *
 * All of it is the same for each process of its kind, but what is asked for in the
 * process's own name. To look everything up for each of thousands would take longer
 * than the engine takes to make an instance.
 */
import type { MergedModule, Source } from "../../toolchain/link/plan.ts";

type Import = MergedModule["imports"][number];

export class MergedImports {
  readonly #shared: WebAssembly.Imports = {};
  readonly #own: readonly Import[];

  /** @param isOwn whether a source is another one for each process. */
  constructor(
    { imports }: MergedModule,
    isOwn: (source: Source) => boolean,
    valueOf: (source: Source) => WebAssembly.ImportValue,
  ) {
    this.#own = imports.filter(({ from }) => isOwn(from));
    for (const one of imports) if (!isOwn(one.from)) put(this.#shared, one, valueOf(one.from));
  }

  /** For one more process. */
  with(valueOf: (source: Source) => WebAssembly.ImportValue): WebAssembly.Imports {
    if (this.#own.length === 0) return this.#shared;
    const imports = { ...this.#shared };
    for (const { module } of this.#own) imports[module] = { ...this.#shared[module] };
    for (const one of this.#own) put(imports, one, valueOf(one.from));
    return imports;
  }
}

function put(imports: WebAssembly.Imports, { module, name }: Import, value: WebAssembly.ImportValue): void {
  (imports[module] ??= {})[name] = value;
}
