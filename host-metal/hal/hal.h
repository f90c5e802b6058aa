/*
 * The contract between a machine without an operating system and what runs on it.
 *
 * Everything above this header is the same on every machine; everything below it
 * knows one. `x86_64/` is the implementation there is; `portable/` holds what needs
 * no hardware. docs/metal.md says how to write another one.
 *
 * One processor, one thread of control. Nothing here may be called from an
 * interrupt, and nothing interrupts the caller: interrupts are taken inside
 * `hal_idle` only, and all that they do is end it. So no call needs a lock.
 *
 * The program runs in one of two rings, which its image says and the source does not:
 *
 *   ring 0   It is one program with this layer, and every call is a call of C. It can
 *            reach all of the machine; what it must not, its own code has to ensure.
 *   ring 3   It reaches its own text, constants and data, its memories and stacks, and
 *            pages that it has taken; any other access, and any privileged instruction,
 *            is a panic that says so. A call that needs the machine goes to ring 0 and
 *            back; hal_option, hal_clock, faults and fibers do not. A pointer that is
 *            given to a call has to be to memory that the program reaches itself: if not,
 *            the call is the fault that an access to it would be, or a panic.
 *
 * Where a call says nothing of rings, it is the same in both.
 *
 * Units: times are nanoseconds since the clock was started, sizes are bytes,
 * addresses are pointers of the one address space.
 */
#ifndef ATOLL_HAL_H
#define ATOLL_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The smallest piece of memory that can be mapped. */
#define HAL_PAGE 4096u

/* What a call that can fail says. */
enum hal_status {
  HAL_OK = 0,
  HAL_NO_MEMORY,  /* the machine has no free pages for that */
  HAL_NO_ADDRESS, /* all places of the address space for such a thing are taken */
  HAL_INVALID,    /* an argument breaks the rule that stands at the call */
  HAL_FAILED,     /* the device says that it could not do it; it can be asked again */
  HAL_BROKEN,     /* the device broke the rules, or does not answer, and is off from now on */
};

/* ---- The program ----------------------------------------------------------- */

/*
 * What the image runs, and the one function that this layer does not have itself.
 * Called once, on a stack of HAL_MAIN_STACK bytes, with everything below ready.
 * Its result is the exit status, as of `hal_exit`.
 */
int hal_program(void);
#define HAL_MAIN_STACK (256u * 1024)

/*
 * The value of `name=value`, a word of the machine's command line; NULL when no
 * word has that name. The text ends in 0 and lives for ever. Of several words of
 * one name the first counts. A word without `=` has the value "".
 */
const char *hal_option(const char *name);

/* The same of the next word of that name, after the one with `value`; NULL: there is no more. */
const char *hal_next_option(const char *name, const char *value);

/* ---- The end ---------------------------------------------------------------- */

/*
 * Powers the machine off. `status` is 0 to 255; anything else becomes 255. It is told
 * by a line `exit <status>` on the control line, and by QEMU's device isa-debug-exit:
 * QEMU's own exit status is 2 * status + 1, of a status of 127 at most, which larger
 * ones become. Without that device the machine is reset, which ends QEMU (-no-reboot)
 * and Firecracker.
 */
_Noreturn void hal_exit(int status);

/*
 * A defect of this layer or of the program, that nothing can go on from: prints
 * `why`, the registers and the names of the functions on the stack, and exits with
 * HAL_EXIT_PANIC. `why` is a text without a line end.
 */
_Noreturn void hal_panic(const char *why);
#define HAL_EXIT_PANIC 101

/* ---- Console ----------------------------------------------------------------- */

/*
 * The console is the first virtio console, or else the serial port.
 *
 * Writes all of it, and waits while the machine cannot take more.
 */
void hal_console_write(const void *bytes, size_t length);

/* For people, beside the console: by the serial port, which may be the console itself. */
void hal_message_write(const void *bytes, size_t length);

/* Takes what has arrived, up to `length` bytes; never waits. How many were taken. */
size_t hal_console_read(void *bytes, size_t length);

/*
 * The control line: the second serial port, by which whoever started the machine is told
 * things, and asks for some. Writes all of it; does nothing where there is no such port.
 */
void hal_control_write(const void *bytes, size_t length);

/* As hal_console_read. */
size_t hal_control_read(void *bytes, size_t length);

/* ---- Time -------------------------------------------------------------------- */

/* Never goes backward. Right to about one part in a thousand. */
uint64_t hal_clock(void);

/*
 * Halts the processor until `deadline`, or until console or control input or a frame
 * is there to be taken. May return early for no reason: whoever waits looks at the clock and
 * comes back. Returns at once when the deadline has passed. HAL_FOREVER: no deadline.
 */
void hal_idle(uint64_t deadline);
#define HAL_FOREVER UINT64_MAX

/* ---- The image ---------------------------------------------------------------- */

/*
 * Reads `length` bytes, from `at` on, of the table of lines that the build appended to
 * the image. False, and nothing was read: there is none, or it ends before.
 */
bool hal_lines_read(uint64_t at, void *bytes, size_t length);

/* ---- Entropy ----------------------------------------------------------------- */

/*
 * Fills `bytes` with randomness fit for keys, by the first virtio entropy device or else
 * by the processor. False, and nothing that may be used, when there is no source of it.
 */
bool hal_entropy(void *bytes, size_t length);

/* ---- Block devices ------------------------------------------------------------- */

/* The unit of a block device's addresses, whatever its own is. */
#define HAL_SECTOR 512u

struct hal_block_info {
  uint64_t sectors;
  bool read_only;
};

/* How many there are, numbered from 0 in the order in which the machine has them; 8 at most. */
size_t hal_block_count(void);

/* HAL_INVALID: there is no such device. */
enum hal_status hal_block_info(size_t number, struct hal_block_info *info);

/*
 * Read or write `length` bytes from the start of `sector` on, and wait for it. HAL_INVALID:
 * no such device, no whole sectors, not all of them on it, or a write to a read-only one.
 * After HAL_FAILED or HAL_BROKEN part of it may have been done. The bytes may lie anywhere.
 */
enum hal_status hal_block_read(size_t number, uint64_t sector, void *bytes, size_t length);
enum hal_status hal_block_write(size_t number, uint64_t sector, const void *bytes, size_t length);

/* Returns once all that was written is where it survives the end of the machine. */
enum hal_status hal_block_flush(size_t number);

/* ---- Network ------------------------------------------------------------------- */

/* Ethernet frames: from the destination's address to the end of the data, without the checksum. */
#define HAL_FRAME_LEAST 14u
#define HAL_FRAME_MOST 1514u

struct hal_network_info {
  bool has_address;
  uint8_t address[6];
};

/* As of block devices; 4 at most. */
size_t hal_network_count(void);
enum hal_status hal_network_info(size_t number, struct hal_network_info *info);

/*
 * Sends a frame of HAL_FRAME_LEAST to HAL_FRAME_MOST bytes; returns when the device has
 * taken it. HAL_INVALID: no such device, or no such length.
 */
enum hal_status hal_network_send(size_t number, const void *frame, size_t length);

/*
 * Takes the frame that has come first; never waits. `frame` has room for HAL_FRAME_MOST
 * bytes. `*length` is 0 when none has come. Where frames are not taken they are lost once
 * the device has no room for more.
 */
enum hal_status hal_network_receive(size_t number, void *frame, size_t *length);

/* ---- Pages ------------------------------------------------------------------- */

/*
 * `count` pages in one piece, all zero, at the same physical address: for tables
 * and for what devices read. NULL when there is no such piece. In ring 3 one page more
 * may be used, once for each 2 MiB of the machine's memory, for a table.
 */
void *hal_pages_take(size_t count);

/* Gives back what `hal_pages_take(count)` gave. Anything else is a panic. */
void hal_pages_give(void *pages, size_t count);

/* How many pages are free. */
size_t hal_pages_free(void);

/* ---- Memories of Wasm ---------------------------------------------------------- */

/*
 * A memory owns HAL_MEMORY_SPAN bytes of address space for as long as it lives. The
 * first `size` are mapped, the others are a guard region: an access to them is the
 * fault HAL_FAULT_OUT_OF_BOUNDS. A 32-bit index plus a 32-bit offset plus the widest
 * access reach 8 GiB + 14 bytes, so code for such a memory needs no bounds checks.
 *
 *    base              base + size                              base + SPAN
 *     ├── mapped, RW, zero ──┼── guard region, nothing is mapped ──┤
 */
struct hal_memory {
  uint8_t *base;
  uint64_t size; /* a multiple of HAL_PAGE, at most HAL_MEMORY_MOST */
};
#define HAL_MEMORY_SPAN (16ull << 30)
#define HAL_MEMORY_MOST (4ull << 30)

/* Takes a place for a memory, of size 0. HAL_NO_ADDRESS when all are taken. */
enum hal_status hal_memory_reserve(struct hal_memory *memory);

/*
 * Makes the memory `size` bytes large; what is new is zero. Pages are taken here and
 * not at the first access, so that a lack of them is an answer and never a fault.
 * HAL_INVALID: smaller than it is, larger than HAL_MEMORY_MOST, or no whole pages.
 * After anything but HAL_OK the memory is as it was.
 */
enum hal_status hal_memory_grow(struct hal_memory *memory, uint64_t size);

/*
 * Maps new pages, all zero, anywhere in the place of a memory: for what does not begin at
 * its base, such as a stack above a guard region of its own. `size` of the memory stays.
 * HAL_INVALID: no memory that was reserved, no whole pages, not inside the place, or some
 * of it is mapped already.
 */
enum hal_status hal_memory_map(const struct hal_memory *memory, uint64_t offset, uint64_t size);

/* Gives its pages and its place back. Pointers into it are then worth nothing. */
void hal_memory_release(struct hal_memory *memory);

/* ---- Faults ------------------------------------------------------------------ */

/* Why execution ended. The machine finds those below HAL_FAULT_RAISED. */
enum {
  HAL_FAULT_OUT_OF_BOUNDS = 1, /* access to a guard region of a memory */
  HAL_FAULT_STACK,             /* access to a guard region of a stack */
  HAL_FAULT_DIVIDE,            /* integer division by zero, or with a quotient too large */
  HAL_FAULT_INSTRUCTION,       /* an instruction that does not exist, such as that of __builtin_trap */
  HAL_FAULT_FLOAT,             /* an unmasked floating-point exception */
  HAL_FAULT_RAISED = 64,       /* this and above: the program's own reasons, for hal_raise */
};

#define HAL_FAULT_CALLS 16

/* What is known of a fault. */
struct hal_fault {
  int reason;
  uint64_t address;     /* what was accessed: of OUT_OF_BOUNDS and STACK; otherwise 0 */
  uint64_t instruction; /* of the instruction that failed, or of the call of hal_raise */
  uint64_t frame;       /* the frame pointer there: for who has stacks that this layer does not know */
  int depth;            /* how many entries of `calls` are filled */
  uint64_t calls[HAL_FAULT_CALLS]; /* return addresses, innermost first; needs frame pointers */
};

/* A place to which faults go. Lives on the stack of who catches. */
struct hal_catch {
  struct hal_catch *outer;
  uint64_t registers[8]; /* those of a caller that it may rely on, its stack, where it goes on */
  struct hal_fault fault;
};

/*
 * Like setjmp: returns 0 at once, and a second time when something below faults, then
 * with the reason (not 0), and `catch->fault` filled. The frames between are gone, no
 * code of theirs runs. As with setjmp, a local variable that changes between the two
 * returns has to be volatile, and the function that calls it has to be alive.
 *
 *     struct hal_catch catch;
 *     if (hal_catch_begin(&catch) == 0) {
 *       call();
 *       hal_catch_end(&catch);
 *     } else {
 *       … catch.fault …
 *     }
 *
 * Catches nest. After a fault the catch is over, and the one around it counts again.
 * Each fiber has a chain of its own, empty at first.
 */
int hal_catch_begin(struct hal_catch *catch) __attribute__((returns_twice));

/* Ends a catch that nothing came to. Not the innermost one: a panic. */
void hal_catch_end(struct hal_catch *catch);

/* Ends execution with a reason of the program's own. Nobody catches: a panic. */
_Noreturn void hal_raise(int reason);

/*
 * For a program that keeps frames of its own: asked of each fault that nobody catches.
 * It fills in where execution goes on and returns true, or false for a panic. It runs on
 * a small stack, must not fault (in ring 3 that is a panic), and calls nothing of this header.
 *
 * `function` is entered with the stack that faulted, aligned as for a call. That stack
 * may be full: whoever expects HAL_FAULT_STACK changes it before using it.
 */
struct hal_resume {
  void (*function)(void *argument, int value);
  void *argument;
  int value;
};
typedef bool hal_fault_handler(const struct hal_fault *fault, struct hal_resume *resume);

/* From now on; NULL: nobody is asked. */
void hal_on_fault(hal_fault_handler *handler);

/* ---- Fibers ------------------------------------------------------------------ */

/*
 * A stack of its own, with a guard region below it, and where to go on with it.
 * What is in it is this layer's; it stays where it is while the fiber lives.
 *
 * The guard region has at least HAL_STACK_GUARD bytes. Code whose frames can be
 * larger is compiled with -fstack-clash-protection.
 */
struct hal_fiber {
  uint64_t *stack_pointer; /* while it does not run; NULL: it is none, or runs */
  struct hal_catch *catches;
  uint8_t *stack; /* lowest mapped byte */
  size_t stack_size;
  void (*entry)(void *);
  void *argument;
};
#define HAL_STACK_MOST (15u << 20)
#define HAL_STACK_GUARD (1u << 20)

/*
 * Makes a fiber that begins in `entry(argument)` at the first switch to it. `entry`
 * must not return: that is a panic. HAL_INVALID: stack_size is 0 or larger than
 * HAL_STACK_MOST; it is rounded up to whole pages. After anything but HAL_OK there
 * is no fiber.
 */
enum hal_status hal_fiber_make(struct hal_fiber *fiber, size_t stack_size, void (*entry)(void *),
                               void *argument);

/* Goes on with `to`, until somebody switches back here. To one that does not wait: a panic. */
void hal_fiber_switch(struct hal_fiber *to);

/* Who runs; at first the main fiber, on which `hal_program` was called. */
struct hal_fiber *hal_fiber_current(void);

/* Gives the stack back; nothing of what was on it runs. The one that runs: a panic. */
void hal_fiber_drop(struct hal_fiber *fiber);

#endif
