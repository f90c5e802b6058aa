/* Every kind of fault, caught, and the program goes on. */
#include "program.h"

static struct hal_memory memory;
static volatile uint64_t sink;
static volatile int ten = 10, zero = 0, minus_one = -1;

static void read_at_end(void) {
  sink = memory.base[memory.size];
}
static void write_at_end(void) {
  memory.base[memory.size] = 1;
}
static void read_across_end(void) {
  sink = *(volatile uint64_t __attribute__((aligned(1))) *)(memory.base + memory.size - 4);
}
/* The furthest that a 32-bit index, a 32-bit offset and 16 bytes reach. */
static void write_furthest(void) {
  *(volatile uint64_t __attribute__((aligned(1))) *)(memory.base + 0xffffffffull + 0xffffffffull + 8) = 1;
}
/* In ring 3 the layer finds it, and not the processor. */
static void give_to_a_call(void) {
  hal_console_write(memory.base + memory.size, 16);
}
static void divide_by_zero(void) {
  sink = (uint64_t)(ten / zero);
}
static void divide_too_large(void) {
  volatile int most = INT32_MIN;
  sink = (uint64_t)(most / minus_one);
}
static void no_instruction(void) {
  __builtin_trap();
}
/* By the x87 unit: QEMU's emulator knows no exceptions of SSE. */
static void float_exception(void) {
  uint16_t division_unmasked = 0x037f & ~4;
  __asm__ volatile("fldcw %0; fld1; fldz; fdivrp; fwait" : : "m"(division_unmasked));
}
static void raise_own(void) {
  hal_raise(HAL_FAULT_RAISED + 3);
}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static uint64_t deeper(uint64_t depth) {
  volatile uint64_t here = depth;
  return deeper(here + 1) + here;
}
#pragma GCC diagnostic pop
static void recurse_for_ever(void) {
  sink = deeper(0);
}
/* A frame larger than the guard region does not step over it. */
static void large_frame(void) {
  volatile uint8_t frame[3 << 20];
  frame[0] = 1;
  sink = frame[0];
}

static void attempt(const char *what, void (*run)(void)) {
  struct hal_catch catch;
  if (hal_catch_begin(&catch) == 0) {
    run();
    hal_catch_end(&catch);
    say("nothing happened");
    return;
  }
  __asm__ volatile("fninit");
  say(what, (uint64_t)catch.fault.reason, catch.fault.address == 0 ? 0 : catch.fault.address - (uint64_t)memory.base);
}

int test_faults(void) {
  hal_memory_reserve(&memory);
  hal_memory_grow(&memory, 65536);
  for (int round = 0; round < 2; round++) {
    attempt("read at the end: %, at %", read_at_end);
    attempt("write at the end: %, at %", write_at_end);
    attempt("read across the end: %, at %", read_across_end);
    attempt("write furthest: %, at %", write_furthest);
    attempt("given to a call: %, at %", give_to_a_call);
    attempt("divide by zero: %, at %", divide_by_zero);
    attempt("divide too large: %, at %", divide_too_large);
    attempt("no instruction: %, at %", no_instruction);
    attempt("float: %, at %", float_exception);
    attempt("raised: %, at %", raise_own);
    attempt("recursion: %", recurse_for_ever);
    attempt("large frame: %", large_frame);
  }
  say("goes on");
  return 0;
}

static void catch_and_raise_again(void) {
  struct hal_catch inner;
  if (hal_catch_begin(&inner) == 0) divide_by_zero();
  say("inner: %", (uint64_t)inner.fault.reason);
  struct hal_catch unused;
  if (hal_catch_begin(&unused) == 0) hal_catch_end(&unused);
  hal_raise(HAL_FAULT_RAISED + 1);
}

int test_nested_catches(void) {
  volatile int kept = 0;
  struct hal_catch outer;
  if (hal_catch_begin(&outer) == 0) {
    kept = 5;
    catch_and_raise_again();
  }
  say("outer: %, kept %", (uint64_t)outer.fault.reason, (uint64_t)kept);
  return 0;
}

/* Functions with places of their own, to find in a fault who was where. */
__attribute__((noinline)) static void innermost(void) {
  volatile int local = 0; /* so that it has a frame: portable/frames.h */
  (void)local;
  __asm__ volatile("ud2");
}
__attribute__((noinline)) static void between(void) {
  innermost();
  __asm__ volatile("");
}
static uint64_t is_near(uint64_t address, void (*function)(void)) {
  return address >= (uint64_t)function && address < (uint64_t)function + 32;
}

int test_blame(void) {
  struct hal_catch catch;
  if (hal_catch_begin(&catch) == 0) {
    between();
    return 1;
  }
  const struct hal_fault *fault = &catch.fault;
  say("instruction %, caller %", is_near(fault->instruction, innermost), is_near(fault->calls[0], between));
  say("depth %", (uint64_t)fault->depth);
  return 0;
}

static void go_on(void *argument, int value) {
  say("goes on with %, % off", (uint64_t)value, (uint64_t)__builtin_frame_address(0) % 16);
  if (argument == NULL) hal_exit(7);
  no_instruction();
}

/* The second fault finds no argument, with which go_on ends. */
static bool handle(const struct hal_fault *fault, struct hal_resume *resume) {
  static int faults;
  faults++;
  *resume = (struct hal_resume){go_on, faults == 1 ? &memory : NULL, fault->reason};
  return true;
}

/* The program's own handler is asked where nobody catches, and only there. */
int test_handler(void) {
  hal_memory_reserve(&memory);
  hal_on_fault(handle);
  attempt("caught: %, at %", read_at_end);
  read_at_end();
  return 1;
}

static bool refuse(const struct hal_fault *fault, struct hal_resume *resume) {
  (void)fault, (void)resume;
  return false;
}

int test_unwanted(void) {
  hal_on_fault(refuse);
  no_instruction();
  return 1;
}
