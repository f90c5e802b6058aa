/* Memory that is not the program's: by itself, and by calls that are given pointers to it. */
#include "cases.h"

#include "portable/machine.h"
#include "x86_64/image.h"
#include "x86_64/layout.h"

static volatile uint64_t sink;

/* What the compiler would not let through: it knows that nothing is before an array. */
static void *before(const void *end, uint64_t size) {
  volatile uint64_t address = (uint64_t)end - size;
  return (void *)address;
}

void way_read_layer(void) {
  sink = *(volatile uint64_t *)image_start;
}
void way_write_layer(void) {
  *(volatile uint64_t *)before(image_end, 8) = 1;
}
void way_execute_layer(void) {
  ((void (*)(void))(uint64_t)image_start)();
}
/* A page that nobody has, at its own address. */
void way_read_machine(void) {
  sink = *(volatile uint64_t *)(8ull << 20);
}

void way_print_layer(void) {
  hal_console_write(image_start, 16);
}
void way_print_across(void) {
  hal_console_write(before(program_data_end, 8), 16);
}
void way_print_nothing(void) {
  hal_message_write(NULL, 1);
}
void way_print_all(void) {
  hal_console_write(program_rodata, SIZE_MAX);
}
/* What is no address, and in tables looks like page 2 MiB. */
void way_print_beyond(void) {
  hal_console_write((void *)((1ull << 48) + (uint64_t)program_rodata), 16);
}
void way_fill_layer(void) {
  hal_entropy(before(image_end, 8), 8);
}
void way_fill_constants(void) {
  hal_entropy(program_rodata, 8);
}
void way_memory_in_layer(void) {
  hal_memory_reserve(before(image_end, HAL_PAGE));
}

void way_give_image(void) {
  hal_pages_give(program_data, 1);
}
void way_give_layer(void) {
  hal_pages_give(before(image_end, HAL_PAGE), 1);
}
/* Its own page, and the next one, which a table of the layer may lie in. */
void way_give_too_many(void) {
  hal_pages_give(hal_pages_take(1), 2);
}
void way_give_other_stack(void) {
  machine_stack_give((uint8_t *)STACKS_START + HAL_PAGE, HAL_PAGE);
}
static uint8_t *two_pages(void) {
  uint8_t *stack = NULL;
  machine_stack_take(2 * HAL_PAGE, &stack);
  return stack;
}
void way_give_half_a_stack(void) {
  machine_stack_give(two_pages() + HAL_PAGE, HAL_PAGE);
}
/* Which would be that of the place behind it. */
void way_give_no_stack(void) {
  uint8_t *end = two_pages() + 2 * HAL_PAGE;
  two_pages();
  machine_stack_give(end, 0);
}
void way_no_gate(void) {
  __asm__ volatile("syscall" : : "a"(4711) : "rcx", "r11", "memory");
}

static bool handler(const struct hal_fault *fault, struct hal_resume *resume) {
  (void)fault, (void)resume;
  __builtin_trap();
}
void way_handler_faults(void) {
  hal_on_fault(handler);
  __builtin_trap();
}

/* Memories that nobody reserved: nothing is mapped for them. */
int test_forged(void) {
  size_t free = hal_pages_free();
  struct hal_memory none = {NULL, 0}, layer = {image_start, 0}, stack = {(uint8_t *)STACKS_START, 0},
                    free_place = {(uint8_t *)MEMORIES_START + HAL_MEMORY_SPAN, 0},
                    end = {(uint8_t *)MEMORIES_END, 0}, inside;
  hal_memory_reserve(&inside);
  inside.base += HAL_PAGE;
  say("% % %", (uint64_t)hal_memory_grow(&none, HAL_PAGE), (uint64_t)hal_memory_map(&layer, 0, HAL_PAGE),
      (uint64_t)hal_memory_grow(&stack, HAL_PAGE));
  say("% % %", (uint64_t)hal_memory_grow(&free_place, HAL_PAGE), (uint64_t)hal_memory_grow(&end, HAL_PAGE),
      (uint64_t)hal_memory_grow(&inside, HAL_PAGE));
  uint8_t *at;
  say("% % %", (uint64_t)machine_stack_take(0, &at), (uint64_t)machine_stack_take(HAL_PAGE + 1, &at),
      (uint64_t)machine_stack_take(HAL_STACK_MOST + HAL_PAGE, &at));
  say("lost %", free - hal_pages_free());
  return 0;
}
