/**
 * Looks things up in a core module by index, imports and definitions alike.
 */
import type { CoreModule, core } from "../wasm/index.ts";

interface FunctionSpace {
  readonly imports: readonly core.Import[];
  readonly types: readonly core.FuncType[];
  /** Functions whose type is a group of its own, final, without supertypes. */
  readonly plain: readonly boolean[];
}

/** Made once for each module. */
const spaces = new WeakMap<CoreModule, FunctionSpace>();

function functionSpace(module: CoreModule): FunctionSpace {
  let space = spaces.get(module);
  if (space === undefined) {
    const types = module.types.flat();
    const plain = module.types.flatMap((group) =>
      group.map((type) => group.length === 1 && type.final && type.supertypes.length === 0),
    );
    const imports = module.imports.filter((i) => i.type.kind === "func");
    const indices = [...imports.map((i) => (i.type.kind === "func" ? i.type.type : -1)), ...module.functions];
    space = {
      imports,
      plain: indices.map((type) => plain[type] === true),
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

/** Whether other modules can name the function's type: it stands alone and has no supertypes. */
export function hasPlainType(module: CoreModule, func: number): boolean {
  return functionSpace(module).plain[func] === true;
}

/** Such as `(i32, i32) -> i32`, for messages. */
export function showFuncType({ params, results }: core.FuncType): string {
  return `(${showTypes(params)}) -> ${results.length === 1 ? showTypes(results) : `(${showTypes(results)})`}`;
}

function showTypes(types: readonly core.ValType[]): string {
  return types.map((type) => (typeof type === "string" ? type : "a reference")).join(", ");
}
