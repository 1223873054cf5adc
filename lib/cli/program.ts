import { type Command, CommanderError } from 'commander';
import { AbortError, HandfulError } from '../core/errors.ts';
import { printable, printableLines } from '../core/printable.ts';
import { version } from '../version.ts';
import { addBuildNativeCommand } from './build-native.ts';
import { HandfulCommand } from './command.ts';
import { addCompareCommand } from './compare.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import { addExportCommand } from './export.ts';
import { interruptedExitCode } from './interrupt.ts';
import { addLabelCommand } from './label.ts';
import { addNotebookCommand } from './notebook.ts';
import { addPickCommand } from './pick.ts';
import { addPredictCommand } from './predict.ts';
import { addShowCommand } from './show.ts';
import { addTrainCommand } from './train.ts';

/** The command line with all its commands. */
export function createProgram(): Command {
  const program = new HandfulCommand('handful')
    .description('Trains a classifier from a handful of labels, at native speed.')
    .version(version)
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  handful notebook                      the notebook's five experiments beside its figures
  handful compare                       ways to use few labels, over many seeds, with intervals
  handful pick images/ --out picks.csv  which of your own images to label first
  handful show 0 1 2                    the first three training images, drawn in the terminal
  handful doctor                        what computes here, and why nothing faster
  handful build-native                  compiles the addon where there is no binary that runs
${EXIT_CODES_HELP}`,
    );
  addNotebookCommand(program);
  addCompareCommand(program);
  addPickCommand(program);
  addTrainCommand(program);
  addPredictCommand(program);
  addEvaluateCommand(program);
  addExportCommand(program);
  addLabelCommand(program);
  addShowCommand(program);
  addDoctorCommand(program);
  addBuildNativeCommand(program);
  return program;
}

/**
 * Runs one command line.
 * @param args the arguments after the program's name
 * @returns the exit code; see {@link EXIT}
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Help and the version, which commander has printed.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof AbortError) return interrupted(error);
    if (!(error instanceof HandfulError)) return reportFault(error);
    if (error.code !== 'ERR_INVALID_ARGUMENT') return report(error.message, EXIT.failure);
    const command = program.commands.find((each) => each.name() === args[0]);
    const help = ['handful', ...(command ? [command.name()] : []), '--help'].join(' ');
    return report(`${error.message} (${help} tells more)`, EXIT.usage);
  }
}

/** Says in one line that handful itself is at fault; with `HANDFUL_DEBUG` set, where. */
export function reportFault(error: unknown): number {
  if (process.env.HANDFUL_DEBUG) console.error(error);
  const [message] = String(error instanceof Error ? error.message : error).split('\n');
  return report(
    `${printable(message!)}: an error that was not foreseen; HANDFUL_DEBUG=1 shows where it comes from`,
    EXIT.failure,
  );
}

/** Says why standard output takes no more; a reader that has seen enough, as `handful … | head`, is no failure. */
export function reportOutputError({ code, message }: NodeJS.ErrnoException): number {
  return code === 'EPIPE'
    ? EXIT.ok
    : report(`The standard output can't be written: ${message}`, EXIT.failure);
}

function interrupted(error: AbortError): number {
  // Standard output has failed, which says so itself.
  if (error.cause instanceof Error) return EXIT.ok;
  return report('interrupted', interruptedExitCode(error));
}

function report(message: string, exitCode: number): number {
  process.stderr.write(`handful: ${printableLines(message)}\n`);
  return exitCode;
}
