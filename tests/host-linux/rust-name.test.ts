/** The names of Rust's functions in a trap; the expected ones are c++filt's, without generic arguments. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { trapText } from "../../host-linux/index.ts";
import { readableName } from "../../host-linux/trap/rust-name.ts";

const NAMES: readonly [mangled: string, readable: string][] = [
  ["_ZN4core9panicking9panic_fmt17h768731f43edd91bfE", "core::panicking::panic_fmt"],
  [
    "_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17ha5acb4f459faceeaE.llvm.129",
    "std::rt::lang_start::{{closure}}",
  ],
  [
    "_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Write$GT$10write_char17h9469173adefba942E",
    "<alloc::string::String as core::fmt::Write>::write_char",
  ],
  ["_RNvCsGIExRX8pES_7___rustc12___rust_alloc", "__rustc::__rust_alloc"],
  [
    "_RNvXso_NtCs8Ske0I8pKSe_5alloc3vecINtB5_3VechENtNtNtCsltDuuzhejvA_4core3ops4drop4Drop4dropCs3v2_3big",
    "<alloc::vec::Vec as core::ops::drop::Drop>::drop",
  ],
  ["_RNCINvNtCs6TxCtTcuIIP_3std2rt10lang_startuE0Cs3v2o2tJIvSI_3big", "std::rt::lang_start::{closure#0}"],
  [
    "_RNvYFEuINtNtNtCsltDu_4core3ops8function6FnOnceuE9call_onceCs3v2_3big",
    "<fn() as core::ops::function::FnOnce>::call_once",
  ],
  ["_RNvMNtCsltDuuzhejvA_4core5sliceSh4iterCs3v2o2tJIvSI_3big", "<[u8]>::iter"],
  ["write::main::h1652ba3f80749f94", "write::main"],
  ["_Z3addii", "_Z3addii"],
  ["_RNvC", "_RNvC"],
  ["main", "main"],
];

it.each(NAMES)("%s is read", (mangled, readable) => {
  expect(readableName(mangled)).toBe(readable);
});

it("of no guest takes long to read", () => {
  // Its type is a pair of what the whole name is.
  expect(readableName("_RMC1aTB_B_E")).toBe("_RMC1aTB_B_E");
  fc.assert(
    fc.property(fc.stringMatching(/^[NvCsIBETRSAFDLKpu_0-9ah]{0,60}$/), (text) => {
      expect(typeof readableName(`_R${text}`)).toBe("string");
    }),
  );
});

it("begin a trap where the program is, not where its panic is made", () => {
  const frames = ["__rust_start_panic", "rust_begin_unwind", NAMES[0]?.[0], "_RNvCs1_3app4main"].map(
    (name, offset) => ({ module: "app", offset, ...(name !== undefined && { function: name }) }),
  );
  const segments = [{ processes: ["app"], components: [], frames }];
  expect(trapText({ kind: "unreachable", reason: "reached unreachable code", segments })).toBe(
    "process app trapped at app, byte 0x3: it reached unreachable code\n    app, byte 0x3  app::main",
  );
});
