/* The program's first steps, once everything below it is up. */
#ifndef ATOLL_HAL_PROGRAM_START_H
#define ATOLL_HAL_PROGRAM_START_H

/* Called in the program's ring, on some stack. */
_Noreturn void program_start(void);

#endif
