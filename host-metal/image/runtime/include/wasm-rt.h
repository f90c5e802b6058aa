/*
 * The runtime that C made by wasm2c expects: types, traps, memories, tables.
 *
 * wasm2c writes calls against a header of this name and leaves it to whoever
 * compiles them; the npm package has none. This one is for wabt 1.0.32 to 1.0.39,
 * for little-endian 64-bit machines and one thread.
 *
 * WASM_RT_MEMCHECK_GUARD_PAGES is 1 where an access out of bounds ends in a guard
 * region, and 0 where each is compared with the memory's size.
 */
#ifndef WASM_RT_H_
#define WASM_RT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy __builtin_memcpy
#define WASM_RT_NO_RETURN __attribute__((noreturn))

#ifndef WASM_RT_MEMCHECK_GUARD_PAGES
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#endif
/* Depth is bounded by the plan, where it says so, and by a guard region below each stack. */
#define WASM_RT_STACK_DEPTH_COUNT 0

typedef enum {
  WASM_RT_TRAP_NONE,
  WASM_RT_TRAP_OOB,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE,
  WASM_RT_TRAP_CALL_INDIRECT,
  WASM_RT_TRAP_UNCAUGHT_EXCEPTION,
  WASM_RT_TRAP_EXHAUSTION,
  /* A device refused what it was given. */
  WASM_RT_TRAP_DEVICE,
} wasm_rt_trap_t;

/* The name of the C function that trapped says which rule of an adapter or quota it was. */
WASM_RT_NO_RETURN void atoll_trap(wasm_rt_trap_t code, const char *function);
#define wasm_rt_trap(code) atoll_trap(code, __func__)

typedef enum {
  WASM_RT_I32,
  WASM_RT_I64,
  WASM_RT_F32,
  WASM_RT_F64,
  WASM_RT_V128,
  WASM_RT_FUNCREF,
  WASM_RT_EXTERNREF,
  WASM_RT_EXNREF,
} wasm_rt_type_t;

/* 32 bytes that stand for the type: functions of the same type have the same. */
typedef const char *wasm_rt_func_type_t;

/* Cast to its real type before it is called; the instance is its first parameter. */
typedef void (*wasm_rt_function_ptr_t)(void);

typedef struct wasm_rt_tailcallee_t {
  void (*fn)(void **instance, void *stack, struct wasm_rt_tailcallee_t *next);
} wasm_rt_tailcallee_t;

typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;
#define wasm_rt_funcref_null_value ((wasm_rt_funcref_t){NULL, NULL, {NULL}, NULL})

typedef void *wasm_rt_externref_t;
#define wasm_rt_externref_null_value ((wasm_rt_externref_t){NULL})

typedef struct {
  uint8_t *data;
  uint8_t *data_end;
  uint32_t page_size;
  uint64_t pages;
  uint64_t max_pages;
  /* Bytes. */
  uint64_t size;
  bool is64;
} wasm_rt_memory_t;

typedef struct {
  wasm_rt_funcref_t *data;
  uint32_t max_size;
  uint32_t size;
  /* Entries that there is room for where it lies. */
  uint32_t capacity;
} wasm_rt_funcref_table_t;

typedef struct {
  wasm_rt_externref_t *data;
  uint32_t max_size;
  uint32_t size;
  uint32_t capacity;
} wasm_rt_externref_table_t;

static inline bool wasm_rt_is_initialized(void) { return true; }

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t pages, uint64_t most, bool is64,
                             uint32_t page_size);
/* Returns how many pages there were, or -1 where there is no room. */
uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t pages);
/* Instances live as long as the system. */
static inline void wasm_rt_free_memory(wasm_rt_memory_t *memory) { (void)memory; }

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t size, uint32_t most);
void wasm_rt_allocate_externref_table(wasm_rt_externref_table_t *table, uint32_t size, uint32_t most);
/* Returns how many entries there were, or -1 where there is no room. */
uint32_t wasm_rt_grow_funcref_table(wasm_rt_funcref_table_t *table, uint32_t more, wasm_rt_funcref_t with);
uint32_t wasm_rt_grow_externref_table(wasm_rt_externref_table_t *table, uint32_t more,
                                      wasm_rt_externref_t with);
static inline void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) { (void)table; }
static inline void wasm_rt_free_externref_table(wasm_rt_externref_table_t *table) { (void)table; }

#endif
