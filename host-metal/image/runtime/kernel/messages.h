/*
 * Messages: the functions by which linked code sends them, and how they are delivered.
 * See host-linux/kernel/messages.ts.
 */
#ifndef ATOLL_KERNEL_MESSAGES_H_
#define ATOLL_KERNEL_MESSAGES_H_

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"
#include "scheduler.h"

/* What adapters import of the kernel, with a first parameter that says nothing: `event`, and `wait`. */
uint32_t messages_event(void *nothing, uint32_t kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e,
                        uint32_t f, uint32_t g);
uint32_t messages_wait(void *nothing, uint32_t message);

/* The job of delivering one; `sender` for a call. JOB_NONE where the process takes none. */
struct job messages_job_of(struct worker *worker, int32_t kind, int32_t message, int32_t sender);
/* Calls what it is delivered by; returns the message with the result, 0, or a status. */
int32_t messages_deliver(const struct worker *worker, uint32_t message);
/* The message of a job was handled. `is_direct`: its caller goes on at once. */
void messages_handled(const struct job *job, int32_t result, bool is_direct);
/* What a worker that goes on gets from what it waited in. */
int32_t messages_answer(struct worker *worker, int32_t status);
/* A life is over: what it was reading, writing or waiting for is given up. */
void messages_gone(struct worker *worker);
/* Nobody will read it; 0 and statuses are none. */
void messages_free(int32_t message);
/* Who waits for the answer of what a job runs, and was not answered otherwise; NULL for nobody. */
struct worker *messages_waiting(const struct job *job);

#endif
