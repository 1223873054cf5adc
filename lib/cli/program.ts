import { Command, CommanderError } from 'commander';
import { HandfulError } from '../errors.ts';
import { version } from '../version.ts';
import { addBuildNativeCommand } from './build-native.ts';
import { addCompareCommand } from './compare.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import { addExportCommand } from './export.ts';
import { addLabelCommand } from './label.ts';
import { addNotebookCommand } from './notebook.ts';
import { addPickCommand } from './pick.ts';
import { addPredictCommand } from './predict.ts';
import { addShowCommand } from './show.ts';
import { addTrainCommand } from './train.ts';

/** The command line with all its commands. */
export function createProgram(): Command {
  const program = new Command('handful')
    .description('Trains a classifier from a handful of labels, at native speed.')
    .version(version)
    .showHelpAfterError('(handful --help tells more)')
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
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // commander has written its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof HandfulError)) throw error;
    const interrupted = error.code === 'ABORT_ERR';
    process.stderr.write(`handful: ${interrupted ? 'interrupted' : error.message}\n`);
    if (interrupted) return EXIT.interrupted;
    return error.code === 'ERR_INVALID_ARGUMENT' ? EXIT.usage : EXIT.failure;
  }
}
