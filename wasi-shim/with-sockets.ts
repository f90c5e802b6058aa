/** The shim of a process that uses sockets. */
export * from "./base";
