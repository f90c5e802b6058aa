/*
 * SIGSEGV and SIGFPE become traps: the handler, on a stack of its own, resumes the
 * program where the innermost frame is left. What is no guest's doing is left to
 * the system's default, which ends the program where it happened.
 */
#define _GNU_SOURCE
#include "traps.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include "../platform.h"

static uint8_t signal_stack[64 * 1024];

static void on_signal(int signal, siginfo_t *info, void *context) {
  ucontext_t *interrupted = context;
  greg_t *registers = interrupted->uc_mcontext.gregs;
  const struct platform_fault fault = {
      .what = signal == SIGFPE ? PLATFORM_DIVIDE : PLATFORM_ACCESS,
      .address = (uintptr_t)info->si_addr,
      .instruction = (uintptr_t)registers[REG_RIP],
      .frame = (uintptr_t)registers[REG_RBP],
  };
  int code = 0;
  struct frame_registers *frame = platform_caught(&fault, &code);
  if (frame == NULL) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    return;
  }
  registers[REG_RDI] = (greg_t)(uintptr_t)frame;
  registers[REG_RSI] = code;
  registers[REG_RIP] = (greg_t)(uintptr_t)frame_leave;
}

void traps_install(void) {
  const stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  sigaction(SIGFPE, &action, NULL);
}
