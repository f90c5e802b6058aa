/* Two Linux processes that call each other, as a peer of the benchmark.
 *
 * Usage: ipc <transport>. Prints `ready`, then answers each line
 * `<case> <rounds>` with `<nanoseconds> <checksum>`, or with `error <why>` and
 * ends. Each line is served by a fresh child process. */
#define _GNU_SOURCE
#include "transport.h"
#include "work.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_ROUNDS 50

static const struct transport *const transports[] = {&pipe_transport,    &unix_stream_transport, &tcp_transport,
                                                     &eventfd_transport, &shm_futex_transport,   &shm_spin_transport};
static unsigned char payload[LARGEST], received[LARGEST], scratch[64];

_Noreturn void fail(const char *what) {
  printf("error %s: %s\n", what, strerror(errno));
  fflush(stdout);
  _exit(1);
}

/* Pins this process to the allowed core at `position`, counted from the last. */
static void pin(int position) {
  cpu_set_t allowed, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof allowed, &allowed)) fail("sched_getaffinity");
  for (int core = CPU_SETSIZE - 1; core >= 0; core--)
    if (CPU_ISSET(core, &allowed) && position-- == 0) {
      CPU_SET(core, &one);
      if (sched_setaffinity(0, sizeof one, &one)) fail("sched_setaffinity");
      return;
    }
  errno = ENODEV;
  fail("this transport needs two cores");
}

static _Noreturn void serve(const struct transport *transport, const struct work *work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin(transport->cores - 1);
  for (;;) {
    transport->receive(REQUEST, received, work->request);
    transport->send(REPLY, work->serve(received, work->request, scratch), work->reply);
  }
}

static uint32_t converse(const struct transport *transport, const struct work *work, uint32_t rounds) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < rounds; i++) {
    work->stamp(payload, i, sum);
    transport->send(REQUEST, payload, work->request);
    transport->receive(REPLY, received, work->reply);
    sum = work->take(received, work->reply, i, sum);
  }
  return sum;
}

static void callee_died(int signal) {
  (void)signal;
  static const char line[] = "error the callee process ended\n";
  if (write(STDOUT_FILENO, line, sizeof line - 1) < 0) _exit(2);
  _exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void run(const struct transport *transport, const struct work *work, uint32_t rounds) {
  cpu_set_t before;
  sched_getaffinity(0, sizeof before, &before);
  transport->open();
  signal(SIGCHLD, callee_died);
  pid_t callee = fork();
  if (callee < 0) fail("fork");
  if (callee == 0) serve(transport, work);
  pin(0);
  work->begin(payload, work->request);
  converse(transport, work, WARM_UP_ROUNDS);
  work->begin(payload, work->request);
  double start = now();
  uint32_t sum = converse(transport, work, rounds);
  double nanoseconds = now() - start;
  signal(SIGCHLD, SIG_DFL);
  kill(callee, SIGKILL);
  waitpid(callee, NULL, 0);
  transport->shut();
  sched_setaffinity(0, sizeof before, &before);
  printf("%.0f %u\n", nanoseconds, sum);
}

int main(int count, char **arguments) {
  const struct transport *transport = NULL;
  for (size_t i = 0; count == 2 && i < sizeof transports / sizeof *transports; i++)
    if (strcmp(transports[i]->name, arguments[1]) == 0) transport = transports[i];
  if (transport == NULL) {
    fprintf(stderr, "usage: ipc pipe|unix-stream|tcp|eventfd|shm-futex|shm-spin\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("ready\n");
  char name[32], line[128];
  unsigned rounds;
  while (fgets(line, sizeof line, stdin)) {
    const struct work *work = sscanf(line, "%31s %u", name, &rounds) == 2 ? work_named(name) : NULL;
    if (work == NULL) {
      errno = EINVAL;
      fail("a line is `<case> <rounds>`");
    }
    run(transport, work, rounds);
  }
  return 0;
}
