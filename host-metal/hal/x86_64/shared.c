/* See shared.h. */
#include "shared.h"

struct layer_shared layer_shared;
