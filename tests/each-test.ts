/**
 * What helpers do before and after each test of every suite that uses them.
 *
 * Suites share a process (vitest.config.ts), so a helper is evaluated for the first
 * suite alone, and a hook of Vitest that it registers would be that suite's. What
 * is said here holds for all suites: Vitest evaluates tests/hooks.ts for each.
 */
type Hook = () => void;

const before: Hook[] = [];
const after: Hook[] = [];

export function beforeEachTest(hook: Hook): void {
  before.push(hook);
}

/** In the reverse order, as Vitest's own. */
export function afterEachTest(hook: Hook): void {
  after.unshift(hook);
}

export function runBefore(): void {
  for (const hook of before) hook();
}

export function runAfter(): void {
  for (const hook of after) hook();
}
