/** The shim of a process that uses or serves HTTP. */
export * from "./with-sockets";
