/*
 * The calls of hal.h that lead from ring 3 to this layer, with the numbers by which the
 * program asks for them in rax. Read by C and by the assembler. The others are code of
 * the program: docs/metal.md says which.
 */
#ifndef ATOLL_HAL_GATES_H
#define ATOLL_HAL_GATES_H

#define GATES(GATE)             \
  GATE(0, hal_exit)             \
  GATE(1, hal_panic)            \
  GATE(2, hal_console_write)    \
  GATE(3, hal_message_write)    \
  GATE(4, hal_console_read)     \
  GATE(5, hal_idle)             \
  GATE(6, hal_entropy)          \
  GATE(7, hal_block_count)      \
  GATE(8, hal_block_info)       \
  GATE(9, hal_block_read)       \
  GATE(10, hal_block_write)     \
  GATE(11, hal_block_flush)     \
  GATE(12, hal_network_count)   \
  GATE(13, hal_network_info)    \
  GATE(14, hal_network_send)    \
  GATE(15, hal_network_receive) \
  GATE(16, hal_pages_take)      \
  GATE(17, hal_pages_give)      \
  GATE(18, hal_pages_free)      \
  GATE(19, hal_memory_reserve)  \
  GATE(20, hal_memory_grow)     \
  GATE(21, hal_memory_map)      \
  GATE(22, hal_memory_release)  \
  GATE(23, machine_stack_take)  \
  GATE(24, machine_stack_give)  \
  GATE(25, fault_uncaught)      \
  GATE(26, hal_control_write)   \
  GATE(27, hal_control_read)    \
  GATE(28, hal_lines_read)
#define GATES_COUNT 29

#endif
