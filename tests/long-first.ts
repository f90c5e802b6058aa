/**
 * Starts the longest suites first, so that at the end no processor waits for one of them.
 *
 * Where nothing is known of an earlier run, Vitest goes by the size of a file;
 * but the suites that start programs are short to read and long to run. Projects
 * follow each other: a process that has run a suite stays for the next of its project.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LONG = /\/tests\/(bench|cli|components|docs|host-metal|package|kernel\/simulate)\b/;

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return this.ctx.projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return [...own.filter(isLong), ...own.filter((file) => !isLong(file))];
    });
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.test(moduleId);
}
