/**
 * `atoll`: the command line. Commands are loaded when they are called, so that
 * help is fast, and so that an install without the build tools can run systems.
 */
import { createRequire } from "node:module";
import { Command } from "commander";
import { fail, reportError } from "./report.ts";

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  {
    name: "new",
    summary: "make a project: two apps, a system, a test",
    load: async () => (await import("./new.ts")).newCommand(),
  },
  {
    name: "build",
    summary: "compile TypeScript apps to components",
    load: async () => (await import("./build.ts")).buildCommand(),
  },
  {
    name: "link",
    summary: "link components into one system, a file that runs anywhere",
    load: async () => (await import("./link.ts")).linkCommand(),
  },
  {
    name: "inspect",
    summary: "show a component's interfaces, or who may call whom in a system",
    load: async () => (await import("./inspect.ts")).inspectCommand(),
  },
  {
    name: "wit",
    summary: "derive WIT: the guarded view of an interface",
    load: async () => (await import("./wit.ts")).witCommand(),
  },
  {
    name: "run",
    summary: "build, link and run a system",
    load: async () => (await import("./run.ts")).runCommand(),
  },
  {
    name: "image",
    summary: "make a system into one executable file",
    load: async () => (await import("./image.ts")).imageCommand(),
  },
  {
    name: "boot",
    summary: "boot a system in a virtual machine, with no Linux under it",
    load: async () => (await import("./boot.ts")).bootCommand(),
  },
  {
    name: "call",
    summary: "call one exported function with typed values",
    load: async () => (await import("./call.ts")).callCommand(),
  },
  {
    name: "ps",
    summary: "list the processes of a running system",
    load: async () => (await import("./ps.ts")).psCommand(),
  },
  {
    name: "tree",
    summary: "draw the supervision tree of a running system",
    load: async () => (await import("./tree.ts")).treeCommand(),
  },
  {
    name: "trace",
    summary: "tell what happened in a running system, and what goes on",
    load: async () => (await import("./trace.ts")).traceCommand(),
  },
  {
    name: "kill",
    summary: "kill a process of a running system",
    load: async () => (await import("./orders.ts")).killCommand(),
  },
  {
    name: "stop",
    summary: "stop a process of a running system, or all of it",
    load: async () => (await import("./orders.ts")).stopCommand(),
  },
  {
    name: "setup",
    summary: "install what a part of Atoll needs, such as the full dialect",
    load: async () => (await import("./setup.ts")).setupCommand(),
  },
  {
    name: "bench",
    summary: "measure Atoll against other ways to do the same",
    load: async () => (await import("./bench.ts")).benchCommand(),
  },
];

const EXAMPLES = `
Examples:
  atoll new hello                      make a project in ./hello
  atoll run hello/system.ts            build, link and run it
  atoll call hello/greeter.ts greet '"you"'
  atoll inspect hello/system.ts        who may call whom
  atoll COMMAND --help                 options and examples of a command`;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  // A reader who went away (| head) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reportError(error);
    });
  }
  try {
    await (await programFor(args)).parseAsync(args, { from: "user" });
  } catch (error) {
    reportError(error);
  }
}

/** The whole program with one command loaded: the one that is called. */
async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command("atoll")
    .description("TypeScript apps as components in one address space, IPC as a typed function call.")
    .version(version(), "-v, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .configureOutput({ outputError: (text) => fail(complaint(text)) })
    .showHelpAfterError(whereHelpIs("atoll"))
    .addHelpText("after", EXAMPLES);
  const [first, second] = args;
  const called = first === "help" ? second : first;
  for (const { name, summary, load } of COMMANDS) {
    if (name === called) program.addCommand(inheriting(program, await load(), "atoll"));
    else program.command(name).summary(summary).description(summary);
  }
  return program;
}

/** What it says when it is called wrongly comes from the program, for its own commands too. */
function inheriting(program: Command, command: Command, above: string): Command {
  const full = `${above} ${command.name()}`;
  for (const inner of command.commands) inheriting(program, inner, full);
  // A benchmark is a program of its own, and says itself what its options are.
  const hasHelp = command
    .createHelp()
    .visibleOptions(command)
    .some(({ long }) => long === "--help");
  command.copyInheritedSettings(program).showHelpAfterError(whereHelpIs(full));
  return hasHelp ? command : command.helpOption(false);
}

function whereHelpIs(command: string): string {
  return `Run ${command} --help to see what there is.`;
}

/** Commander's words; where ours say what was expected, its own name the option and no more. */
function complaint(text: string): string {
  const ours = /^option '(--[\w-]+)[^']*' argument '(.*)' is invalid\. (?=[a-z])/s;
  return text
    .replace(/^error: /, "")
    .replace(ours, "$1 '$2': ")
    .trimEnd();
}

function version(): string {
  return (createRequire(import.meta.url)("atoll-os/package.json") as { version: string }).version;
}
