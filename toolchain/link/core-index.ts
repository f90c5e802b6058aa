/**
 * Looks things up in a core module by index, imports and definitions alike.
 */
import type { CoreModule, core } from "../wasm/index.ts";

interface FunctionSpace {
  readonly imports: readonly core.Import[];
  readonly types: readonly core.FuncType[];
}

/** Made once for each module. */
const spaces = new WeakMap<CoreModule, FunctionSpace>();

function functionSpace(module: CoreModule): FunctionSpace {
  let space = spaces.get(module);
  if (space === undefined) {
    const types = module.types.flat();
    const imports = module.imports.filter((i) => i.type.kind === "func");
    const indices = [...imports.map((i) => (i.type.kind === "func" ? i.type.type : -1)), ...module.functions];
    space = {
      imports,
      types: indices.map((type) => {
        const composite = types[type]?.composite;
        if (composite?.kind !== "func") throw new RangeError(`type ${type} is not a function type`);
        return { params: composite.params, results: composite.results };
      }),
    };
    spaces.set(module, space);
  }
  return space;
}

/** The imports that are functions; their positions are the first function indices. */
export function functionImports(module: CoreModule): readonly core.Import[] {
  return functionSpace(module).imports;
}

export function functionType(module: CoreModule, func: number): core.FuncType {
  const type = functionSpace(module).types[func];
  if (type === undefined) throw new RangeError(`there is no function ${func}`);
  return type;
}
