// What a freestanding C guest needs of a C library, and of the canonical ABI.
//
// No libc, no WASI: `clang --target=wasm32 -nostdlib`. Structures are laid out
// as CanonicalABI.md says, which for these types is what C does by itself.
#pragma once
typedef unsigned char u8;
typedef unsigned short u16;
typedef signed int s32;
typedef unsigned int u32;
typedef signed long long s64;

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

// `ENCODING`: 8, 16, or 1 for latin1+utf16, where the highest bit of a length says that it counts UTF-16.
#if ENCODING == 16
typedef u16 unit;
#define TEXT(s) ((string){(unit *)u##s, sizeof(s) - 1})
#else
typedef u8 unit;
#define TEXT(s) ((string){(unit *)s, sizeof(s) - 1})
#endif
/** `len` counts code units. */
typedef struct { unit *ptr; u32 len; } string;

void *allocate(u32 size, u32 align);
void release(void *block);
/** Blocks that were allocated and not released. */
u32 blocks(void);
void release_string(string s);
string concat(const string *parts, u32 count);
