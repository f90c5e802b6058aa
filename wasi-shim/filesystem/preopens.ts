/** wasi:filesystem/preopens: the directories that the process was granted. */
import { Tuple2 } from "atoll";
import { preopens } from "atoll:device/files";
import { Descriptor } from "./descriptor";

export function getDirectories(): Tuple2<Descriptor, string>[] {
  const granted = preopens();
  const directories = new Array<Tuple2<Descriptor, string>>(granted.length);
  for (let i = 0; i < granted.length; i++) {
    directories[i] = new Tuple2<Descriptor, string>(new Descriptor(granted[i]._0), granted[i]._1);
  }
  return directories;
}
