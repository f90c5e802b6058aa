/**
 * What wasm2c writes of element segments that name imported functions, put right.
 *
 * For such an element it keeps where in the instance the pointer to the imported
 * function's own instance lies. When a table is filled it takes that place for the
 * pointer (wabt 1.0.39, `funcref_table_init`): whoever calls the function by the table
 * would give it an instance that is none. So those places are marked, by 1, which no
 * place of a pointer is, and the pointer is read from them.
 */
const ELEMENT = /^(\s*\{RefFunc, .*, )(offsetof\(\w+, \w+\)\},)$/gm;
const FILL = "(char*)module_instance + src_expr->module_offset};";
const READ =
  "(src_expr->module_offset & 1) ? *(void**)((char*)module_instance + (src_expr->module_offset & ~(size_t)1)) : (char*)module_instance + src_expr->module_offset};";

/** The C of a module. @throws TypeError where wasm2c writes it otherwise. */
export function withImportsInTables(code: string): string {
  const marked = code.replace(ELEMENT, "$11 | $2");
  if (marked === code) return code;
  if (code.split(FILL).length !== 2) throw new TypeError("this wasm2c fills tables in another way");
  return marked.replace(FILL, () => READ);
}
