/* Instructions that are not ring 3's, and flags that the layer must not inherit. */
#include "cases.h"

void way_cli(void) {
  __asm__ volatile("cli");
}
void way_hlt(void) {
  __asm__ volatile("hlt");
}
/* To the device that would end the machine. */
void way_out(void) {
  __asm__ volatile("out %%al, $0xf4" : : "a"(0));
}
/* Where SYSCALL enters. */
void way_wrmsr(void) {
  __asm__ volatile("wrmsr" : : "c"(0xc0000082), "a"(0), "d"(0));
}
void way_write_cr3(void) {
  __asm__ volatile("mov %0, %%cr3" : : "r"(0ull));
}
/* The vector of page faults, as if there had been one. */
void way_interrupt(void) {
  __asm__ volatile("int $14");
}
/* A selector of local descriptors, of which there are none. */
void way_own_segment(void) {
  __asm__ volatile("mov %w0, %%ds" : : "r"(7));
}
void way_jump_to_ring_0(void) {
  static const struct __attribute__((packed)) {
    uint32_t offset;
    uint16_t selector;
  } layer = {0x200000, 8};
  __asm__ volatile("ljmp *%0" : : "m"(layer));
}
/* Where the layer's tables lie; refused by processors with UMIP. */
void way_store_idt(void) {
  uint8_t table[10];
  __asm__ volatile("sidt %0" : "=m"(table));
}

/* From this ring, with what SYSCALL leaves in registers: as some KVMs take SYSCALL. `address`: where it leads. */
int test_entry(void) {
  uint64_t free, gate = 18;
  __asm__ volatile("push %%rbp; mov %%rsp, %%rbp; and $-16, %%rsp; lea 1f(%%rip), %%rcx; mov $2, %%r11d; jmp *%2\n"
                   "1: mov %%rbp, %%rsp; pop %%rbp"
                   : "=a"(free)
                   : "a"(gate), "r"(option_number("address"))
                   : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
  say("same %", (uint64_t)(free == hal_pages_free()));
  return 0;
}

/* The other way into ring 0: AMD has none in 64-bit mode, on others it is not set up. */
void way_sysenter(void) {
  __asm__ volatile("sysenter");
}

/* Direction, alignment checks (which also open memory under SMAP), nested task: a call and a fault under all of them. */
#define FLAGS 0x44400

static uint64_t call_with_flags(void) {
  uint64_t free;
  __asm__ volatile("push %%rbp; mov %%rsp, %%rbp; and $-16, %%rsp; pushfq; pushfq; orl %1, (%%rsp); popfq\n"
                   "call hal_pages_free; popfq; mov %%rbp, %%rsp; pop %%rbp"
                   : "=a"(free)
                   : "i"(FLAGS)
                   : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
  return free;
}

int test_flags(void) {
  struct hal_catch catch;
  say("same %", (uint64_t)(call_with_flags() == hal_pages_free()));
  if (hal_catch_begin(&catch) == 0) __asm__ volatile("pushfq; orl %0, (%%rsp); popfq; ud2" : : "i"(FLAGS));
  uint64_t flags;
  __asm__ volatile("pushfq; pop %0" : "=r"(flags));
  say("caught %, kept %", (uint64_t)catch.fault.reason, flags & FLAGS);
  return 0;
}
