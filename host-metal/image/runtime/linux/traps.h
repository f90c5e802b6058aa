/* Signals that the processor's exceptions become. */
#ifndef ATOLL_LINUX_TRAPS_H_
#define ATOLL_LINUX_TRAPS_H_

void traps_install(void);

#endif
