/*
 * The exception that is on its way; see wasm-rt-exceptions.h.
 */
#include "wasm-rt-exceptions.h"

#include <string.h>

static struct {
  wasm_rt_tag_t tag;
  uint32_t size;
  uint8_t values[WASM_EXN_MAX_SIZE];
} active;

static WASM_RT_UNWIND_TARGET *unwind_target;

void wasm_rt_load_exception(wasm_rt_tag_t tag, uint32_t size, const void *values) {
  if (size > sizeof active.values) wasm_rt_trap(WASM_RT_TRAP_UNCAUGHT_EXCEPTION);
  active.tag = tag;
  active.size = size;
  if (size > 0) memcpy(active.values, values, size);
}

void wasm_rt_throw(void) {
  if (unwind_target == NULL) wasm_rt_trap(WASM_RT_TRAP_UNCAUGHT_EXCEPTION);
  frame_leave(unwind_target, 1);
}

WASM_RT_UNWIND_TARGET *wasm_rt_get_unwind_target(void) { return unwind_target; }

void wasm_rt_set_unwind_target(WASM_RT_UNWIND_TARGET *target) { unwind_target = target; }

wasm_rt_tag_t wasm_rt_exception_tag(void) { return active.tag; }

uint32_t wasm_rt_exception_size(void) { return active.size; }

void *wasm_rt_exception(void) { return active.values; }
