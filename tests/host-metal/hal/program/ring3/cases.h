/* The cases of ring 3 that are in files of their own. */
#ifndef ATOLL_TEST_CASES_H
#define ATOLL_TEST_CASES_H

#include "../program.h"

/* instructions.c */
void way_cli(void);
void way_hlt(void);
void way_out(void);
void way_wrmsr(void);
void way_write_cr3(void);
void way_interrupt(void);
void way_own_segment(void);
void way_jump_to_ring_0(void);
void way_store_idt(void);
void way_sysenter(void);
int test_flags(void);
int test_entry(void);

/* reach.c */
void way_read_layer(void);
void way_write_layer(void);
void way_execute_layer(void);
void way_read_machine(void);
void way_print_layer(void);
void way_print_across(void);
void way_print_nothing(void);
void way_print_all(void);
void way_print_beyond(void);
void way_fill_layer(void);
void way_fill_constants(void);
void way_memory_in_layer(void);
void way_give_image(void);
void way_give_layer(void);
void way_give_too_many(void);
void way_give_other_stack(void);
void way_give_half_a_stack(void);
void way_give_no_stack(void);
void way_no_gate(void);
void way_handler_faults(void);
int test_forged(void);

#endif
