/*
 * The kernel's event log on a disk: that of the number which `record=` says, from its first sector on.
 * What the disk has behind the end of the log is as it was.
 */
#ifndef ATOLL_METAL_RECORD_H_
#define ATOLL_METAL_RECORD_H_

/* Writes what is still in memory. */
void record_end(void);

#endif
