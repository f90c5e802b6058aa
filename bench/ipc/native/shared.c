/* Shared memory: a mailbox for each channel, signalled by futex or by spinning.
 *
 * A mailbox counts its messages. The receiver knows how many it has had and
 * waits for the next count, so a count is never waited for twice. */
#define _GNU_SOURCE
#include "transport.h"
#include "work.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct mailbox {
  _Alignas(128) atomic_int count;
  _Alignas(128) unsigned char message[LARGEST];
};
static struct mailbox *mailboxes;
/* This process's count of a channel: of what it sent, or of what it received. */
static int counts[2];

static void open_mailboxes(void) {
  mailboxes = mmap(NULL, 2 * sizeof *mailboxes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mailboxes == MAP_FAILED) fail("mmap");
  memset(mailboxes, 0, 2 * sizeof *mailboxes);
  counts[REQUEST] = counts[REPLY] = 0;
}
static void shut_mailboxes(void) { munmap(mailboxes, 2 * sizeof *mailboxes); }

static void put(enum channel channel, const unsigned char *message, size_t size) {
  memcpy(mailboxes[channel].message, message, size);
  atomic_store_explicit(&mailboxes[channel].count, ++counts[channel], memory_order_release);
}
static int arrived(enum channel channel, int count) {
  return atomic_load_explicit(&mailboxes[channel].count, memory_order_acquire) == count;
}
static long futex(enum channel channel, int operation, int value) {
  return syscall(SYS_futex, &mailboxes[channel].count, operation, value, NULL, NULL, 0);
}

static void send_futex(enum channel channel, const unsigned char *message, size_t size) {
  put(channel, message, size);
  futex(channel, FUTEX_WAKE, 1);
}
static void receive_futex(enum channel channel, unsigned char *message, size_t size) {
  int count = ++counts[channel];
  while (!arrived(channel, count)) futex(channel, FUTEX_WAIT, count - 1);
  memcpy(message, mailboxes[channel].message, size);
}
static void receive_spin(enum channel channel, unsigned char *message, size_t size) {
  int count = ++counts[channel];
  while (!arrived(channel, count)) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  memcpy(message, mailboxes[channel].message, size);
}

const struct transport shm_futex_transport = {"shm-futex",    1,          open_mailboxes,
                                              shut_mailboxes, send_futex, receive_futex};
const struct transport shm_spin_transport = {"shm-spin", 2, open_mailboxes, shut_mailboxes, put, receive_spin};
