/** Words of a machine's command line: what host-metal/image/runtime/metal reads of it. */

/** One that gives the system an argument. */
export function argumentWord(argument: string): string {
  return `arg=${argument.replaceAll("%", "%25").replaceAll(" ", "%20")}`;
}
