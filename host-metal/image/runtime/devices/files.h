/*
 * What the functions of `atoll:device/files` share.
 */
#ifndef ATOLL_DEVICES_FILES_H_
#define ATOLL_DEVICES_FILES_H_

#include "../files/descriptors.h"
#include "../files/walk.h"
#include "devices.h"

/* Bit of `path-flags`. */
#define FILES_SYMLINK_FOLLOW 1u

/* At the beginning of each function: traps when its process must not go on, or has no stack left. */
void files_begin(void);
/* A path that an adapter has passed. */
struct files_path files_path_at(uint32_t offset, uint32_t length);
/* Both are of a directory, and the second of one that may be changed. */
enum files_error files_needs_directory(const struct descriptor *it);
enum files_error files_needs_change(const struct descriptor *it);

#endif
