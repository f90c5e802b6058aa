/**
 * Finds the WIT of an interface that a program imports.
 *
 * Looked up in this order, the first that has it wins: what `--wit` names,
 * `wit/` beside the app, Atoll's own interfaces and WASI's, apps built by the same command,
 * components in `build/` beside the app. Later ones are read only when needed.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type LoadedWit, loadComponent, loadText, loadWit } from "./packages.ts";
import { interfaceId, type WitPackage } from "./scan.ts";

/** An app that the same command has built: its interface is visible to the next. */
export interface SiblingWit {
  /** Absolute path of the app. */
  readonly file: string;
  readonly wit: string;
}

export interface WitPlaces {
  /** The app's folder. */
  readonly folder: string;
  /** As given with `--wit`. */
  readonly wit?: string;
  readonly siblings: readonly SiblingWit[];
  /** Output of this build, which is not its own import. */
  readonly output: string;
  /** Only what somebody has written, which comes before what other apps say. */
  readonly written?: true;
}

interface Place {
  /** The app whose interface it is, if it is one of the same command. */
  readonly sibling?: string;
  /** For the message that nothing was found. */
  readonly name: string;
  /** Said there in place of all its interfaces. */
  readonly summary?: string;
  readonly load: () => LoadedWit;
}

export interface FoundPackage {
  readonly package: WitPackage;
  readonly from: LoadedWit;
}

export interface FoundInterface extends FoundPackage {
  /** Complete id, with the version that was found. */
  readonly id: string;
}

/** An interface that was derived from another of its package. */
export interface DerivedView {
  readonly name: string;
  /** WIT. */
  readonly text: string;
  readonly docs: ReadonlyMap<string, string>;
  /** Holds the place of one that is still to be derived. */
  readonly stub?: true;
}

/** Where Atoll's own WIT lies: beside `toolchain/` in a checkout, beside `dist/` in the package. */
function atollWit(): string | undefined {
  const candidates = ["../../../wit", "../../../../wit"].map((path) => resolve(import.meta.dirname, path));
  return candidates.find(hasWit);
}

/** The WIT of WASI, and of what implements it. */
function wasiWit(): string | undefined {
  const path = resolve(import.meta.dirname, "../../../wasi-shim/wit");
  return existsSync(path) ? path : undefined;
}

function hasWit(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".wit"));
}

export class WitLibrary {
  readonly #places: readonly Place[];
  readonly #loaded = new Map<Place, LoadedWit>();
  /** By package and name. */
  readonly #views = new Map<string, Map<string, DerivedView>>();

  constructor(places: WitPlaces) {
    this.#places = [...placesOf(places)];
  }

  /** Finds `ns:pkg/iface` or `ns:pkg/iface@v`. */
  find(specifier: string): FoundInterface | undefined {
    const [path, version] = specifier.split("@");
    const [base, name] = path?.split("/") ?? [];
    if (base === undefined || name === undefined) return undefined;
    for (const place of this.#places) {
      const from = this.#load(place);
      const found = from.packages.find(
        (candidate) => matches(candidate.id, base, version) && candidate.interfaces.includes(name),
      );
      if (found !== undefined) return { id: interfaceId(found.id, name), package: found, from };
    }
    return undefined;
  }

  /** A package that another one mentions, by `ns:pkg` or `ns:pkg@v`. */
  findPackage(id: string): FoundPackage | undefined {
    const [base = "", version] = id.split("@");
    for (const place of this.#places) {
      const from = this.#load(place);
      const found = from.packages.find((candidate) => matches(candidate.id, base, version));
      if (found !== undefined) return { package: found, from };
    }
    return undefined;
  }

  /** Makes a view part of a package, in place of an earlier one of its name. */
  addView(packageId: string, view: DerivedView): void {
    const views = this.#views.get(packageId) ?? new Map<string, DerivedView>();
    this.#views.set(packageId, views.set(view.name, view));
  }

  /** What has been derived in a package so far. */
  viewsOf(packageId: string): {
    /** Without stubs. */
    readonly names: readonly string[];
    readonly text: string;
    readonly docs: ReadonlyMap<string, string>;
  } {
    const views = [...(this.#views.get(packageId)?.values() ?? [])];
    return {
      names: views.filter(({ stub }) => stub !== true).map(({ name }) => name),
      text: views.map(({ text }) => `\n${text}`).join(""),
      docs: new Map(views.flatMap(({ docs }) => [...docs])),
    };
  }

  /** Every interface that can be imported, with where it is, for messages. */
  known(): readonly {
    readonly place: string;
    readonly summary?: string;
    readonly interfaces: readonly string[];
  }[] {
    return this.#places.map((place) => {
      const { packages } = this.#load(place);
      return {
        place: place.name,
        ...(place.summary !== undefined && { summary: place.summary }),
        interfaces: packages.flatMap(({ id, interfaces }) => interfaces.map((name) => interfaceId(id, name))),
      };
    });
  }

  /** What has been read so far: files, and apps of the same command. */
  get inputs(): { readonly files: readonly string[]; readonly siblings: readonly string[] } {
    const [files, siblings]: [string[], string[]] = [[], []];
    for (const [place, loaded] of this.#loaded) {
      if (place.sibling === undefined) files.push(...loaded.files.map(({ file }) => file));
      else siblings.push(place.sibling);
    }
    return { files, siblings };
  }

  #load(place: Place): LoadedWit {
    const known = this.#loaded.get(place);
    if (known !== undefined) return known;
    const loaded = place.load();
    this.#loaded.set(place, loaded);
    return loaded;
  }
}

function matches(id: string, base: string, version: string | undefined): boolean {
  const [name, found] = id.split("@");
  return name === base && (version === undefined || version === found);
}

function* placesOf({ folder, wit, siblings, output, written }: WitPlaces): Generator<Place> {
  if (wit !== undefined) yield { name: `--wit ${wit}`, load: () => loadWit(wit) };
  const beside = join(folder, "wit");
  if (existsSync(beside)) yield { name: "wit/ beside the app", load: () => loadWit(beside) };
  const own = atollWit();
  if (own !== undefined) yield { name: "Atoll's own interfaces", load: () => loadWit(own) };
  const wasi = wasiWit();
  if (wasi !== undefined) {
    const summary = "wasi:io, cli, clocks, random, filesystem, sockets, http";
    yield { name: "WASI 0.2", summary, load: () => loadWit(wasi) };
  }
  if (written) return;
  for (const { file, wit: text } of siblings) {
    yield { name: `the app ${basename(file)}`, sibling: file, load: () => loadText(file, text) };
  }
  const build = join(folder, "build");
  const components = existsSync(build) ? readdirSync(build).filter((name) => name.endsWith(".wasm")) : [];
  for (const name of components.sort()) {
    const path = join(build, name);
    if (path !== output) yield { name: `build/${name}`, load: () => loadComponent(path) };
  }
}
