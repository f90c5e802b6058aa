/** Guests for tests of guards: providers that die in many ways, and callers that want to know. */
import { ALLOCATOR, component } from "../../toolchain/link/guests.ts";

/** Functions of the interface `t:p/api` of the tests, in WIT. */
export type Functions = Readonly<Record<string, { readonly params: string; readonly result?: string }>>;

function wit(functions: Functions, guarded: boolean): string {
  return Object.entries(functions)
    .map(([name, { params, result }]) => {
      const plain = result === undefined ? "" : ` -> ${result}`;
      const view = ` -> result<${result ?? "_"}, fault>`;
      return `  ${name}: func(${params})${guarded ? view : plain};`;
    })
    .join("\n");
}

/** Exports `t:p/api`. */
export async function provider(functions: Functions, wat: string, imports = ""): Promise<Uint8Array> {
  return await component(
    `package t:p;\ninterface api {\n${wit(functions, false)}\n}\nworld w { ${imports} export api; }`,
    `(module ${wat} ${ALLOCATOR})`,
  );
}

/** Imports `t:p/api` or its guarded view, and exports `run` and what else is asked for. */
export async function consumer(
  functions: Functions,
  guarded: boolean,
  exports: string,
  wat: string,
  packages = "",
): Promise<Uint8Array> {
  const name = guarded ? "api-guarded" : "api";
  const use = guarded ? "use atoll:fault/types@0.1.0.{fault};\n" : "";
  return await component(
    `package t:p;\ninterface ${name} {\n${use}${wit(functions, guarded)}\n}\nworld w { import ${name}; ${exports} }\n${packages}`,
    `(module ${wat} ${ALLOCATOR})`,
  );
}
