/* Segments and stacks of exceptions: AMD64 manual, volume 2, sections 4.8 and 12.2.5. */
#ifndef ATOLL_HAL_SEGMENTS_H
#define ATOLL_HAL_SEGMENTS_H

#define SEGMENT_CODE 8
#define SEGMENT_DATA 16
#define SEGMENT_PROGRAM_DATA 27 /* with ring 3, in the order that SYSRET wants */
#define SEGMENT_PROGRAM_CODE 35

/* Entries of the interrupt stack table: each names a stack that is entered afresh. */
#define STACK_OF_EXCEPTIONS 1
#define STACK_OF_DISASTERS 2 /* those that may come while another exception is handled */

#ifndef __ASSEMBLER__
void segments_begin(void);
#endif

#endif
