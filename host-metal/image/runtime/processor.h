/*
 * What the processor has beyond what every x86-64 has.
 */
#ifndef ATOLL_PROCESSOR_H_
#define ATOLL_PROCESSOR_H_

/* Before anything runs that could use it. */
void processor_ask(void);

#endif
