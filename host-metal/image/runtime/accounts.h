/*
 * Fuel: who pays for what runs. See toolchain/link/accounts.
 */
#ifndef ATOLL_ACCOUNTS_H_
#define ATOLL_ACCOUNTS_H_

#include <stdbool.h>
#include <stdint.h>

#define ACCOUNTS_NOBODY (-1)

/* Who pays now, where calls may change that; for `accounts_restore`. */
uint32_t accounts_payer(void);
void accounts_restore(uint32_t payer);
/* What is called next from outside is at the expense of this process. Returns who paid before. */
uint32_t accounts_pay(uint32_t process);
/* It pays again. */
void accounts_pay_back(uint32_t before);
/* Who pays now, whether or not calls may change that; for `accounts_pay_back`. */
uint32_t accounts_current(void);
/* Units that ran at its expense since it was made new; 0 for a process that is not metered. */
int64_t accounts_used(uint32_t process);
/* A process is made new: it has its whole budget. */
void accounts_fill(uint32_t process);

/* A process takes over what lies where others would write: nobody else may run now. */
bool accounts_held(void);

/* Imports of the accounts module, with their first parameter. Without a kernel no slice makes room for others. */
uint32_t accounts_slice_ended(void *nothing, uint32_t payer, uint32_t runner);
uint32_t accounts_yield(void *nothing);

#endif
