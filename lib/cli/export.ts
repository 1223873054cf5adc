import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { formatSize } from '../core/numbers.ts';
import { exportOnnx } from '../models/export-onnx.ts';
import { loadModel } from '../models/model-file.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { checkOutputs, type OutputOptions } from './outputs.ts';

/** Adds `handful export`: a model for whatever runs ONNX. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('Writes a model as ONNX, for programs that know nothing of handful.')
    .argument('<model>', 'a model that handful train has written')
    .argument('<out>', 'the ONNX file to write')
    .option('--force', 'write over a file in which labels are filled in')
    .addHelpText(
      'after',
      `
Its input X are values of rows (of images from 0 to 1), its outputs label and probabilities.

Example:
  handful export model.handful model.onnx
${EXIT_CODES_HELP}`,
    )
    .action(async (path: string, out: string, options: OutputOptions) => {
      await checkOutputs({ '<out>': out }, { 'the model': path }, options);
      await exportOnnx(out, await loadModel(path));
      process.stdout.write(`${out}, ${formatSize((await stat(out)).size)}\n`);
    });
}
