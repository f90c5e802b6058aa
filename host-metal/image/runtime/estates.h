/*
 * What processes leave when they die: resources of others that they owned.
 */
#ifndef ATOLL_ESTATES_H_
#define ATOLL_ESTATES_H_

#include <stdint.h>

/* A word of the memory with the handle tables. */
uint32_t estates_word(uint32_t address);
/* Empties the tables of a process that will not go on, and makes all handles to its resources stale. */
void estates_release(uint32_t process);
/* Ends a call whose callee was not called or has returned (`begun`); owns that it had given go with it. */
void estates_undo(uint32_t record, uint32_t begun);
/* Destroys what was left, each where it is defined; a definer that died meanwhile took it with it. */
void estates_settle(void);

/* A device's resource as an own handle that its function returns; what nobody took of those before is ended. */
uint32_t estates_give(uint32_t table, uint32_t type, uint32_t rep);
/* One more that the same call of the function returns. */
uint32_t estates_give_more(uint32_t table, uint32_t type, uint32_t rep);

#endif
