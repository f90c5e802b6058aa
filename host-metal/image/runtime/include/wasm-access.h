/*
 * How C made by wasm2c reads and writes memories: in place of wasm2c's own DEFINE_LOAD and DEFINE_STORE.
 *
 * Those copy bytes, which may be the bytes of anything: after each store the compiler had to read again where
 * the memory lies. Here an access is one of a member of a union. By C's rules of types such accesses can meet
 * each other, and variables that are numbers, but not the pointers in a `wasm_rt_memory_t`. Whatever copies
 * bytes, as the runtime and bulk instructions do, can meet everything.
 *
 * What is read is needed, even where nothing is made of it: it could lie out of bounds.
 */
#ifndef WASM_ACCESS_H_
#define WASM_ACCESS_H_

#include <stdint.h>

/* At any address. */
union wasm_access {
  uint8_t of_u8;
  int8_t of_s8;
  uint16_t of_u16;
  int16_t of_s16;
  uint32_t of_u32;
  int32_t of_s32;
  uint64_t of_u64;
  int64_t of_s64;
  float of_f32;
  double of_f64;
  int64_t of_v128 __attribute__((vector_size(16)));
} __attribute__((packed));

#define WASM_READ(from, type) (((const union wasm_access *)(const void *)(from))->of_##type)
#define WASM_WRITE(to, type, value) ((void)(((union wasm_access *)(void *)(to))->of_##type = (value)))

/* A number of floating point stays where it is calculated with. */
#undef FORCE_READ_FLOAT
#define FORCE_READ_FLOAT(value) __asm__("" ::"x"(value));

#define DEFINE_LOAD(name, t1, t2, t3, force_read)                      \
  static inline t3 name##_unchecked(wasm_rt_memory_t *mem, u64 addr) { \
    t1 result = WASM_READ(mem->data + addr, t1);                       \
    force_read(result);                                                \
    return (t3)(t2)result;                                             \
  }                                                                    \
  DEF_MEM_CHECKS0(name, _, t1, return, t3)

#define DEFINE_STORE(name, t1, t2)                                               \
  static inline void name##_unchecked(wasm_rt_memory_t *mem, u64 addr, t2 value) { \
    WASM_WRITE(mem->data + addr, t1, (t1)value);                                 \
  }                                                                              \
  DEF_MEM_CHECKS1(name, _, t1, , void, t2)

#endif
