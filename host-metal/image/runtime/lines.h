/*
 * Where a trap was, in lines of TypeScript: by the table that the build appends to an
 * image (host-metal/image/lines/table.ts), and the return addresses that the trap kept.
 */
#ifndef ATOLL_LINES_H_
#define ATOLL_LINES_H_

#include "trap.h"

/*
 * Says of a process, by its position, that it trapped, where, and why; then the functions of it that were
 * called, a line each. The text ends with its line. Without a table it says who and why.
 */
void lines_tell(uint32_t process, const struct trap *trap);

#endif
