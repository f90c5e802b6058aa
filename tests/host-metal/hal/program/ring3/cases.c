/* What a program in ring 3 may not do: `way=name` chooses a way to try it. */
#include "cases.h"

static const struct {
  const char *name;
  void (*run)(void);
} *way, WAYS[] = {
    {"cli", way_cli},
    {"hlt", way_hlt},
    {"out", way_out},
    {"wrmsr", way_wrmsr},
    {"write-cr3", way_write_cr3},
    {"interrupt", way_interrupt},
    {"own-segment", way_own_segment},
    {"jump-to-ring-0", way_jump_to_ring_0},
    {"store-idt", way_store_idt},
    {"sysenter", way_sysenter},
    {"read-layer", way_read_layer},
    {"write-layer", way_write_layer},
    {"execute-layer", way_execute_layer},
    {"read-machine", way_read_machine},
    {"print-layer", way_print_layer},
    {"print-across", way_print_across},
    {"print-nothing", way_print_nothing},
    {"print-all", way_print_all},
    {"print-beyond", way_print_beyond},
    {"fill-layer", way_fill_layer},
    {"fill-constants", way_fill_constants},
    {"memory-in-layer", way_memory_in_layer},
    {"give-image", way_give_image},
    {"give-layer", way_give_layer},
    {"give-too-many", way_give_too_many},
    {"give-other-stack", way_give_other_stack},
    {"give-half-a-stack", way_give_half_a_stack},
    {"give-no-stack", way_give_no_stack},
    {"no-gate", way_no_gate},
    {"handler-faults", way_handler_faults},
};

static int test_forbidden(void) {
  const char *wanted = hal_option("way");
  for (way = WAYS; wanted != NULL && way < WAYS + sizeof WAYS / sizeof *WAYS; way++)
    if (same_text(way->name, wanted)) way->run();
  say("nothing happened");
  return 98;
}

const struct test_case RING_CASES[] = {
    {"forbidden", test_forbidden},
    {"forged", test_forged},
    {"flags", test_flags},
    {"entry", test_entry},
    {NULL, NULL},
};
