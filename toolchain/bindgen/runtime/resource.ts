/**
 * Module "atoll/resource": the objects of exported resources that somebody owns.
 *
 * The rep of an object is its place in a table, so that a wrong one ends the
 * process instead of reading memory. An object has one place at most: it would
 * be dropped while another owner still has it. The table keeps it from the
 * collector, and the object stays where it is, so its address finds its place.
 */
const objects: (Object | null)[] = [];
const places: Map<usize, u32> = new Map<usize, u32>();
/** Places whose owners are gone, the last one first. */
const free: u32[] = [];

/** The rep of an object that is about to get an owner. */
export function addObject(object: Object): u32 {
  const address = changetype<usize>(object);
  if (places.has(address)) {
    throw new Error("an object of a resource was given out, and its owner still has it: it cannot have two owners");
  }
  let rep: u32;
  if (free.length > 0) {
    rep = free.pop();
    objects[rep] = object;
  } else {
    rep = objects.push(object) - 1;
  }
  places.set(address, rep);
  return rep;
}

/** The object that somebody owns. */
export function objectAt<T>(rep: u32): T {
  const object = rep < <u32>objects.length ? unchecked(objects[rep]) : null;
  if (object === null) throw new Error("an object of a resource is used that nobody owns");
  // A rep that the handle's type let through is of that class: `as` would look the class up in each call.
  return changetype<T>(object);
}

/** The object comes back to the program; its place is given up when the handle is dropped. */
export function takeObject<T>(rep: u32): T {
  const object = objectAt<T>(rep);
  forget(changetype<usize>(object), rep);
  return object;
}

/** Gives up the place of an object whose owner dropped it; null if the program took it back. */
export function removeObject<T>(rep: u32): T | null {
  const object = objects[rep];
  free.push(rep);
  if (object === null) return null;
  forget(changetype<usize>(object), rep);
  return object as T;
}

function forget(address: usize, rep: u32): void {
  objects[rep] = null;
  places.delete(address);
}
