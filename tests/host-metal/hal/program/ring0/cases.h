/* The cases of ring 0 that are in files of their own. */
#ifndef ATOLL_TEST_CASES_H
#define ATOLL_TEST_CASES_H

#include "../program.h"

int test_block_corrupt(void);
int test_stream_corrupt(void);

#endif
