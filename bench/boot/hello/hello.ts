// What every machine says: one line.
import { writeLine } from "atoll:device/console";

export function run(): void {
  writeLine("Hello, Atoll!");
}
