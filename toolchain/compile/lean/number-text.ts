/**
 * AssemblyScript's reader of numbers, with a mistake of it put right.
 *
 * For exponents from 23 to 37 it lowers the exponent and goes on with a significand
 * that it has not raised, so that "9.016636545888061e+41" reads as 9.01663654588806e+37.
 */

/** Name of the library file that `withRightExponents` changes. */
export const NUMBER_TEXT = "util/string";

const WRONG = `  if (exp > 22 && exp <= 22 + 15) {
    significandf *= pow10(exp - 22);
    exp = 22;
  }
`;
/** Both products are exact up to 2⁵³, and only then. */
const RIGHT = `  if (exp > 22 && exp <= 22 + 15) {
    let raised = significandf * pow10(exp - 22);
    if (raised <= 9007199254740991) return raised * pow10(22);
  }
`;

/** @throws TypeError when the text is of another AssemblyScript release. */
export function withRightExponents(library: string): string {
  if (library.split(WRONG).length !== 2) {
    throw new TypeError("the library of this AssemblyScript reads numbers in another way");
  }
  return library.replace(WRONG, () => RIGHT);
}
