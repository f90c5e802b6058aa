/*
 * Exceptions of Wasm, as C made by wasm2c throws and catches them.
 *
 * A `try` is a frame that is left by jumping; the innermost is the unwind target.
 * A guard has none inside it at first, so that what is thrown never passes one.
 */
#ifndef WASM_RT_EXCEPTIONS_H_
#define WASM_RT_EXCEPTIONS_H_

#include "frames.h"
#include "wasm-rt.h"

typedef const uint32_t *wasm_rt_tag_t;

#define WASM_EXN_MAX_SIZE 256

typedef struct {
  wasm_rt_tag_t tag;
  uint32_t size;
  uint8_t data[WASM_EXN_MAX_SIZE];
} wasm_rt_exnref_t;

typedef struct frame_registers WASM_RT_UNWIND_TARGET;

/* The exception that is on its way. */
void wasm_rt_load_exception(wasm_rt_tag_t tag, uint32_t size, const void *values);
WASM_RT_NO_RETURN void wasm_rt_throw(void);
WASM_RT_UNWIND_TARGET *wasm_rt_get_unwind_target(void);
void wasm_rt_set_unwind_target(WASM_RT_UNWIND_TARGET *target);
wasm_rt_tag_t wasm_rt_exception_tag(void);
uint32_t wasm_rt_exception_size(void);
void *wasm_rt_exception(void);

#define wasm_rt_try(target) frame_enter(&(target))

#endif
