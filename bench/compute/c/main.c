/* The process of a program in C: it speaks as image/program.c does. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "orders.h"
#include "platform.h"
#include "program.h"

/* What orders.c asks of a platform. */

size_t platform_read(void *bytes, size_t most) {
  ssize_t count;
  do count = read(STDIN_FILENO, bytes, most);
  while (count < 0 && errno == EINTR);
  return count < 0 ? 0 : (size_t)count;
}

void platform_write(const void *bytes, size_t count) {
  for (const char *from = bytes; count > 0;) {
    const ssize_t done = write(STDOUT_FILENO, from, count);
    if (done < 0) exit(1);
    from += done;
    count -= (size_t)done;
  }
}

uint64_t platform_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void platform_exit(int code) { exit(code); }

static const struct run runs[] = {{"run", run}, {NULL, NULL}};

int main(void) {
  const uint32_t length = orders_text();
  uint8_t *text = malloc(length);
  if (text == NULL) return 1;
  orders_bytes(text, length);
  load(text, length);
  orders_serve(runs);
}
