/* The program's own copy: what it writes there deceives nobody else. */
#include "program.h"

struct layer_shared *const program_shared = &layer_shared;
