/* Where the parts of the image lie: symbols of link.ld and boot.S. Their addresses count. */
#ifndef ATOLL_HAL_IMAGE_H
#define ATOLL_HAL_IMAGE_H

#include <stdint.h>

extern uint8_t image_start[], image_text_end[], image_rodata_end[], image_end[];
/* Of text, constants and data, what is the program's; what lies before and behind is this layer's. */
extern uint8_t program_text[], program_rodata[], program_data[], program_data_end[];
extern uint8_t boot_stack[], boot_stack_end[];

/* The table of names (portable/symbols.h); build.ts writes into the image where it lies. */
struct image_table {
  uint64_t start;
  uint64_t size;
};
extern volatile const struct image_table image_symbols;

/* The table of lines, which is the program's: it lies behind that of names. */
extern volatile const struct image_table image_lines;

#endif
