/**
 * Strongly connected components of a graph, each after all that it leads to (Tarjan's algorithm).
 */

/** Items in one component can all reach each other. What comes first in `all` decides where nothing else does. */
export function strongComponents<T>(all: readonly T[], next: (item: T) => readonly T[]): T[][] {
  const found: T[][] = [];
  const open: T[] = [];
  const numbers = new Map<T, { readonly own: number; lowest: number; open: boolean }>();
  for (const item of all) visit(item);
  return found;

  function visit(item: T): { lowest: number; readonly open: boolean } {
    const known = numbers.get(item);
    if (known !== undefined) return known;
    const number = { own: numbers.size, lowest: numbers.size, open: true };
    numbers.set(item, number);
    open.push(item);
    for (const other of next(item)) {
      const { open: onWay, lowest } = visit(other);
      if (onWay) number.lowest = Math.min(number.lowest, lowest);
    }
    if (number.lowest === number.own) close(item);
    return number;
  }

  function close(item: T): void {
    const component = open.splice(open.lastIndexOf(item));
    for (const member of component) {
      const number = numbers.get(member);
      if (number !== undefined) number.open = false;
    }
    found.push(component);
  }
}
