/*
 * What the kernel is told and what it commands, written down as host-linux/kernel/event-log.ts does:
 * the same run gives the same bytes on every host. Nothing is written where the platform has no place for it.
 */
#ifndef ATOLL_KERNEL_LOG_H_
#define ATOLL_KERNEL_LOG_H_

#include <stdbool.h>
#include <stdint.h>

/* The kernel is about to be initialised with these; and has been. */
void log_start(void);
void log_initialised(uint32_t seed);
/* An event with its eight words, kind first, and what the kernel said. */
void log_event(const uint32_t *words, int32_t status);
/* Commands were read. */
void log_drained(uint32_t count);
/* The system has ended, and the log is whole. */
void log_end(void);

#endif
