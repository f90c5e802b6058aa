/* How two processes exchange messages: one channel there, one back.
 *
 * `open` runs before the fork, `shut` in the parent when a run is over. A
 * message is copied out of the sender's memory and into the receiver's; both
 * sides know its size. */
#ifndef TRANSPORT_H
#define TRANSPORT_H
#include <stddef.h>

enum channel { REQUEST, REPLY };

struct transport {
  const char *name;
  int cores; /* that the two processes are pinned to */
  void (*open)(void);
  void (*shut)(void);
  void (*send)(enum channel channel, const unsigned char *message, size_t size);
  void (*receive)(enum channel channel, unsigned char *message, size_t size);
};

extern const struct transport pipe_transport, unix_stream_transport, tcp_transport;
extern const struct transport eventfd_transport;
extern const struct transport shm_futex_transport, shm_spin_transport;

/* Prints `error <what>: <errno>` for the benchmark to read, and ends the process. */
_Noreturn void fail(const char *what);
#endif
