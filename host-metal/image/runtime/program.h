/*
 * A program in C in place of a system's entry: see emit/program.ts.
 */
#ifndef ATOLL_PROGRAM_H_
#define ATOLL_PROGRAM_H_

/* Called once all processes have been initialised; ends by `platform_exit`. A trap in it ends the image. */
void program_main(void) __attribute__((noreturn));

/* What the user gave the executable; NULL behind the last. */
const char *program_argument(int position);

#endif
