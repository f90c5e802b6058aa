/**
 * What ends a system without a trap: a plan that does not fit, or a stop.
 *
 * The message of a HostError is for the user as it stands. A Stopped is thrown
 * from a device function to unwind the guests after a signal; it says nothing.
 */

/** The system cannot be brought up: what was expected, what was found, what to do. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** A device refuses a call in a way that the caller has no value for: the guest traps. */
export class DeviceTrap extends Error {
  override readonly name = "DeviceTrap";
}

/** The host is stopping; nothing more of the system runs. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor() {
    super("stopped");
  }
}
