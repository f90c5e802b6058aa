// The numbers that hosts and the kernel share: the one place where they stand.
//
// The kernel imports this file as AssemblyScript, hosts and the simulator as
// TypeScript, so there is nothing to keep in step. Every change of a meaning
// raises ABI_VERSION, which the kernel exports as `version`.
//
// A host calls `initialise` once, then for each thing that happens
//
//     event(kind, a, b, c, d, e, f, g) -> status
//
// and reads what it has to do from the ring of commands:
//
//     commands()  address of the ring         capacity()  its records
//     head()      number of the first unread  tail()      number after the last
//     drained(n)  the first n were read
//
// Record number i lies at commands() + (i % capacity()) * COMMAND_BYTES:
//
//      0      4      8      12     16     20     24     28
//     +------+------+------+------+------+------+------+------+
//     | kind | pid  | life |  a   |  b   |  c   |  d   |  0   |
//     +------+------+------+------+------+------+------+------+
//
// A pid is `generation << 16 | slot`: 15 and 16 bits, never 0. A slot whose
// generations are used up is never given out again, so no pid comes twice. The
// life counts the starts under one pid. A handle, and a ref (of an alarm, a
// monitor or a link), is `generation << 20 | index`; it only counts together
// with the process that holds it, so a wrapped generation can name nothing but
// what that process holds anyway. Times are microseconds, 64 bits in two words,
// low first. Strings never come here: names are numbers.

export const ABI_VERSION = 3;

export const COMMAND_BYTES = 32;
export const PID_SLOT_BITS = 16;
export const PID_GENERATIONS = 0x7fff;
export const REF_INDEX_BITS = 20;
export const REF_GENERATIONS = 0x7ff;

// ---- events: what happened. Arguments in the comment, in order; 0 where none.

/** template, FIELD_*, value: describes a kind of process before any is made of it. */
export const EVENT_TEMPLATE = 1;
/** supervisor's pid (0: this is the root), template, name. Before EVENT_BOOT. Returns a pid. */
export const EVENT_ADD = 2;
/** Starts the root, and so all. */
export const EVENT_BOOT = 3;
/** low, high: the time now. An earlier time than before counts as no time passed. */
export const EVENT_CLOCK = 4;
/** pid, life: its initialisers have run. */
export const EVENT_STARTED = 5;
/** pid, life, REASON_*, originator's pid or 0: it has ended, and the host has let go of it. */
export const EVENT_ENDED = 6;
/** pid: an operator kills it; its supervisor decides what follows. */
export const EVENT_KILL = 7;
/** pid: an operator stops it for good; of the root, the system. */
export const EVENT_STOP = 8;
/** pid, units: CPU time that it has used and has to pay. */
export const EVENT_USED = 9;
/**
 * pid or 0: the host is free to run something, once it has told that this one has handled what it was run
 * for, as by EVENT_DONE. Returns NEXT_RUN when there is a COMMAND_RUN, which is the last command then; 0 when
 * nobody is ready; NEXT_DIRECT when a caller goes on at once.
 */
export const EVENT_NEXT = 10;
/** pid: its slice is over. */
export const EVENT_PREEMPTED = 11;
/** pid: it has handled what it was run for. Returns 1 when its caller goes on at once. */
export const EVENT_DONE = 12;
/** pid, life, token: what it waits for by EVENT_WAIT is there. */
export const EVENT_DEVICE = 13;
// What a process asks for; the first argument is its pid. For EVENT_CALL and EVENT_WAIT it has to be the one
// that runs, for the others any that is alive, also while it starts.
/** caller, handle, function, bytes, deadline in µs or 0, token. Returns CALL_DIRECT or CALL_QUEUED. */
export const EVENT_CALL = 14;
/** caller, handle, function, bytes, token. */
export const EVENT_CAST = 15;
/** caller, token or 0, µs low, µs high (0: no end): blocks it. */
export const EVENT_WAIT = 16;
/** caller, token, µs low, µs high. Returns a ref. */
export const EVENT_ALARM = 17;
/** caller, handle, token. Returns a ref. */
export const EVENT_MONITOR = 18;
/** caller, handle. Returns a ref. */
export const EVENT_LINK = 19;
/** caller, ref of an alarm, monitor or link. */
export const EVENT_CANCEL = 20;
/** caller, handle of kind HANDLE_SPAWN, name. Returns a handle of kind HANDLE_OWN, with the mask of that one. */
export const EVENT_SPAWN = 21;
/** holder's pid, provider's pid, HANDLE_*, object, mask, life or 0. From the plan. Returns a handle. */
export const EVENT_ENDOW = 22;
/** caller, handle to the receiver, handle, mask. Returns the receiver's handle. */
export const EVENT_GRANT = 23;
/** caller, handle, mask, uses or 0, uses per second or 0, until low, until high (0: for ever). Returns a handle. */
export const EVENT_NARROW = 24;
/** caller (0: the host), handle: it and all that is derived from it. */
export const EVENT_REVOKE = 25;
/** caller (0: the host, for whoever holds it), handle: it alone. */
export const EVENT_DROP = 26;
/** caller (0: the host), handle of kind HANDLE_LOOK, LOOK_*, index. Fills the report. */
export const EVENT_LOOK = 27;
/** pid, function, bytes, token: a cast from outside, as the call of the entry is. */
export const EVENT_POST = 28;
/**
 * caller, handle to the receiver or 0, handle, receiver's pid where the host knows who that is (then the
 * handle to it is 0): the handle changes its holder, and nothing else about it changes.
 */
export const EVENT_GIVE = 29;

// ---- commands: what the host has to do. Words after pid and life in the comment.

/** template, name: make it or reset it, run its initialisers, answer EVENT_STARTED or EVENT_ENDED. */
export const COMMAND_START = 1;
/** Ask it to end; it has its stop deadline for that. */
export const COMMAND_STOP = 2;
/** REASON_*: it is gone; unwind its stack, drop its payloads. */
export const COMMAND_KILL = 3;
/** RUN_*, token or status, function or REASON_*, pid of sender or subject: let it run for a slice. */
export const COMMAND_RUN = 4;
/** low, high (-1, -1: never): when the kernel wants EVENT_CLOCK. pid and life are 0. */
export const COMMAND_WAKE = 5;
/** low, high: it is started again then. */
export const COMMAND_BACKOFF = 6;
/** name, pid of whom it waits for: one member of the cycle that a refused call would have closed. */
export const COMMAND_CYCLE = 7;
/** AUDIT_*, handle, provider's pid, handle it is derived from: a change of what pid may do. */
export const COMMAND_AUDIT = 8;
/** token: the payload of a message to it will not be fetched any more. */
export const COMMAND_DISCARD = 9;
/** REASON_*: the root has ended. pid and life are the root's. */
export const COMMAND_HALT = 10;

export const RUN_CALL = 1;
export const RUN_CAST = 2;
/** A monitored process ended: token, reason, its pid. */
export const RUN_NOTICE = 3;
export const RUN_ALARM = 4;
/** Goes on where it was: status of what it waited for, STATUS_OK after a slice. */
export const RUN_RESUME = 5;

export const AUDIT_ENDOWED = 1;
export const AUDIT_GRANTED = 2;
export const AUDIT_NARROWED = 3;
export const AUDIT_SPAWNED = 4;
export const AUDIT_REVOKED = 5;
export const AUDIT_DROPPED = 6;
/** pid holds it from now on; who held it before does not. */
export const AUDIT_GIVEN = 7;

// ---- statuses: what an event returns. Negative ones change nothing, unless said.

export const STATUS_OK = 0;
export const NEXT_RUN = 1;
export const NEXT_DIRECT = 2;
export const CALL_DIRECT = 1;
export const CALL_QUEUED = 2;
/** An argument is out of its range, or names what never was. */
export const STATUS_INVALID = -1;
/** The pid or life is over, or its process is not in a state for this. */
export const STATUS_STALE = -2;
/** No such handle of this process, any more; or its provider is of another life. */
export const STATUS_REVOKED = -3;
/** The handle does not allow that function or use. */
export const STATUS_DENIED = -4;
/** The receiver's mailbox is full. */
export const STATUS_OVERLOADED = -5;
/** The receiver does not run now. */
export const STATUS_UNAVAILABLE = -6;
/** The call would wait for its own caller; COMMAND_CYCLE names who. */
export const STATUS_CYCLE = -7;
/** A table of the kernel or a quota of the process is full. */
export const STATUS_EXHAUSTED = -8;
/** The lease is over. */
export const STATUS_EXPIRED = -9;
/** More uses in this second than the handle allows. */
export const STATUS_RATE = -10;
/** Too few free commands: drain the ring, then send the event again. */
export const STATUS_DRAIN = -11;
/** The template cannot work there. */
export const STATUS_CONFIGURATION = -12;
/** Only by RUN_RESUME: the deadline passed. */
export const STATUS_TIMEOUT = -13;
/** Only by RUN_RESUME: the callee ended during the call. */
export const STATUS_CRASHED = -14;

// ---- states of a process

export const STATE_EMPTY = 0;
export const STATE_DOWN = 1;
export const STATE_BACKOFF = 2;
export const STATE_STARTING = 3;
export const STATE_IDLE = 4;
export const STATE_READY = 5;
export const STATE_RUNNING = 6;
export const STATE_WAITING = 7;
/** A supervisor whose children have been started. */
export const STATE_UP = 8;
/** A supervisor that ends its children, to end then itself. */
export const STATE_STOPPING = 9;

// ---- reasons of an end

export const REASON_NORMAL = 1;
export const REASON_SHUTDOWN = 2;
/** Up to here an end is no failure. */
export const REASON_LAST_ORDERLY = 2;
export const REASON_CRASHED = 3;
export const REASON_KILLED = 4;
/** CPU time or another quota. */
export const REASON_EXHAUSTED = 5;
/** A linked process failed. */
export const REASON_LINKED = 6;
export const REASON_START_TIMEOUT = 7;
export const REASON_STOP_TIMEOUT = 8;
/** A supervisor: its children failed more often than its intensity allows. */
export const REASON_INTENSITY = 9;
/** Its own handle is gone. */
export const REASON_UNOWNED = 10;
/** A callee, in the same plain call. The originator is in EVENT_ENDED. */
export const REASON_COLLATERAL = 11;
export const REASON_LAST = 11;

// ---- fields of a template; times in µs, below 2³¹

export const FIELD_KIND = 0;
export const FIELD_RESTART = 1;
/** Of a supervisor. */
export const FIELD_STRATEGY = 2;
/** Failures that a supervisor bears within the window, at most INTENSITY_LIMIT. */
export const FIELD_INTENSITY = 3;
export const FIELD_WINDOW = 4;
/** 0: none. */
export const FIELD_START_DEADLINE = 5;
/** 0: it is killed at once. */
export const FIELD_STOP_DEADLINE = 6;
/** Wait before the first restart; doubles with each failure in the supervisor's window. 0: none. */
export const FIELD_BACKOFF = 7;
export const FIELD_BACKOFF_LIMIT = 8;
/** 0 (first) to PRIORITIES - 1. */
export const FIELD_PRIORITY = 9;
/** Messages that its mailbox holds. */
export const FIELD_MAIL = 10;
export const FIELD_MAIL_BYTES = 11;
/** Alarms, monitors and links that it may have. */
export const FIELD_RECORDS = 12;
/** CPU units for one life. 0: no limit. */
export const FIELD_BUDGET = 13;
export const FIELD_HANDLES = 14;
/** Children that a dynamic supervisor may have. */
export const FIELD_CHILDREN = 15;
export const FIELD_COUNT = 16;

export const KIND_WORKER = 1;
export const KIND_SUPERVISOR = 2;
export const RESTART_PERMANENT = 0;
export const RESTART_TRANSIENT = 1;
export const RESTART_TEMPORARY = 2;
export const STRATEGY_ONE = 0;
export const STRATEGY_ALL = 1;
export const STRATEGY_REST = 2;
export const STRATEGY_DYNAMIC = 3;
export const INTENSITY_LIMIT = 16;
export const DEPTH_LIMIT = 32;
export const PRIORITIES = 4;
/** A ready process is passed over by those of higher priority at most this often. */
export const PATIENCE = 8;

// ---- handles

/** Call functions of the provider. */
export const HANDLE_CALL = 1;
/** Spawn children of template `object` under the provider, a dynamic supervisor. */
export const HANDLE_SPAWN = 2;
/** Call the provider, which ends when this handle goes. */
export const HANDLE_OWN = 3;
/** Look at the kernel's tables. */
export const HANDLE_LOOK = 4;
/** Derivations one below the other. */
export const DERIVATION_LIMIT = 16;
export const RATE_WINDOW = 1000000;

// ---- EVENT_LOOK fills REPORT_WORDS words at report(); index counts from 1

/** pid, life, state, parent's pid, name, reason, mail, mail bytes, handles, records, CPU low, high, owner's pid, template, pid waited for. */
export const LOOK_PROCESS = 1;
/** handle or 0, holder's pid, provider's pid, kind, object, mask, uses left or 0, derived from (handle or 0), derivations. */
export const LOOK_HANDLE = 2;
/** processes in use, messages, handles, armed timers, now low, high, CPU low, high (of all, the ended ones too), running pid. */
export const LOOK_TOTALS = 3;
/** 1 is the newest event: kind, a to g, status, now low, high, number. Numbers count events and what came of them, in order. */
export const LOOK_EVENT = 4;
/**
 * 1 is the newest command that changed who lives or who may do what (start, stop, kill, backoff, cycle, audit, halt):
 * kind, pid, life, a to d, template of pid or 0, 0, now low, high, number.
 */
export const LOOK_HISTORY = 5;
export const REPORT_WORDS = 16;
