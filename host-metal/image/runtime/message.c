#include "message.h"

#include <string.h>

#include "platform.h"

void message_put(const char *text) { platform_message(text, strlen(text)); }
