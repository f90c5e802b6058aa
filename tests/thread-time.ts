/**
 * Milliseconds that this thread computes for some work.
 *
 * For what has to take little time whatever it is given: what else the machine
 * does meanwhile does not count.
 */
export function computing(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
