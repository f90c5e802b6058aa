/* The instructions that C has no words for. */
#ifndef ATOLL_HAL_IO_H
#define ATOLL_HAL_IO_H

#include <stdint.h>

static inline void out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline void out16(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint16_t in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline void out32(uint16_t port, uint32_t value) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline void write_msr(uint32_t msr, uint64_t value) {
  __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline uint64_t read_msr(uint32_t msr) {
  uint32_t low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return (uint64_t)high << 32 | low;
}

/* The fence keeps it from being read before what stands above it has ended. */
static inline uint64_t read_tsc(void) {
  uint32_t low, high;
  __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
  return (uint64_t)high << 32 | low;
}

struct cpuid {
  uint32_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf) {
  struct cpuid r = {.a = leaf, .c = 0};
  __asm__ volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  return r;
}

/* Registers in memory, in the width that their manual asks for. */
static inline uint8_t read8(uint64_t address) {
  return *(volatile uint8_t *)address;
}

static inline void write8(uint64_t address, uint8_t value) {
  *(volatile uint8_t *)address = value;
}

static inline uint16_t read16(uint64_t address) {
  return *(volatile uint16_t *)address;
}

static inline void write16(uint64_t address, uint16_t value) {
  *(volatile uint16_t *)address = value;
}

static inline uint32_t read32(uint64_t address) {
  return *(volatile uint32_t *)address;
}

static inline void write32(uint64_t address, uint32_t value) {
  *(volatile uint32_t *)address = value;
}

#endif
