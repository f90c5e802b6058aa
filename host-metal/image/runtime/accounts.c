#include "accounts.h"

#include <stddef.h>

#include "kernel/scheduler.h"
#include "kernel/supervision.h"
#include "system.h"
#include "trap.h"

static void pays(uint32_t account) {
  const struct accounts *accounts = system_plan.accounts;
  if (account != *accounts->payer) accounts->pay(account);
}

uint32_t accounts_payer(void) {
  const struct accounts *accounts = system_plan.accounts;
  return accounts != NULL && accounts->changes_payer ? *accounts->payer : 0;
}

void accounts_restore(uint32_t payer) {
  const struct accounts *accounts = system_plan.accounts;
  if (accounts != NULL && accounts->changes_payer) pays(payer);
}

uint32_t accounts_pay(uint32_t process) {
  const struct accounts *accounts = system_plan.accounts;
  if (accounts == NULL) return 0;
  const uint32_t before = *accounts->payer;
  pays((uint32_t)process_at(process)->account);
  return before;
}

void accounts_pay_back(uint32_t before) {
  if (system_plan.accounts != NULL) pays(before);
}

void accounts_fill(uint32_t process) {
  const struct process *it = process_at(process);
  if (it->account == ACCOUNTS_NOBODY) return;
  system_plan.accounts->fill((uint32_t)it->account, it->fuel, it->slice);
}

uint32_t accounts_current(void) { return system_plan.accounts == NULL ? 0 : *system_plan.accounts->payer; }

int64_t accounts_used(uint32_t process) {
  const struct process *it = process_at(process);
  if (it->account == ACCOUNTS_NOBODY) return 0;
  return it->fuel - system_plan.accounts->left((uint32_t)it->account);
}

bool accounts_held(void) { return *system_plan.accounts->held != 0; }

uint32_t accounts_slice_ended(void *nothing, uint32_t payer, uint32_t runner) {
  (void)nothing, (void)payer;
  trap_check_stack();
  return system_plan.kernel != NULL && supervision_slice_ended(runner) ? 1 : 0;
}

uint32_t accounts_yield(void *nothing) {
  (void)nothing;
  return system_plan.kernel == NULL ? 0 : (uint32_t)scheduler_suspend(NULL);
}
