import type { Command } from 'commander';
import { writeWholeFile } from '../files.ts';
import { takeRows } from '../matrix.ts';
import { evaluateModel } from '../models/evaluation.ts';
import { loadModel } from '../models/model-file.ts';
import { formatJson } from '../report/json.ts';
import { formatEvaluation } from '../report/table-evaluation.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import {
  addDataOptions,
  type DataOptions,
  describeData,
  loadChosenData,
  modelDataOptions,
} from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { chosenLabels } from './labels.ts';
import { formatProgress, ProgressLine } from './progress.ts';

interface EvaluateOptions extends DataOptions, BackendOptions {
  labels?: string;
  json?: string;
}

/** Adds `handful evaluate`: how well a model does on rows whose labels are known. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Tells how well a model predicts rows whose labels are known, with intervals.')
    .argument('<model>', 'a model that handful train has written')
    .argument('<data>', 'a file of rows, or a folder of images, that it was not trained on')
    .option('--labels <file>', "labels of them, or of some; default: the data's own column of labels")
    .option('--json <file>', 'write all figures there');
  addBackendOptions(addDataOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  handful evaluate model.handful test.csv
  handful evaluate model.handful test-images/ --labels test-labels.csv --json evaluation.json
${EXIT_CODES_HELP}`,
    )
    .action((model: string, path: string, options: EvaluateOptions) =>
      interruptible((signal) => evaluate(model, path, options, signal)),
    );
}

async function evaluate(
  modelPath: string,
  path: string,
  options: EvaluateOptions,
  signal: AbortSignal,
): Promise<void> {
  applyBackendOptions(options);
  const line = new ProgressLine();
  try {
    const model = await loadModel(modelPath);
    const data = await loadChosenData(path, modelDataOptions(options, model.input), signal, line);
    const { rows, labels } = await chosenLabels(options.labels, data);
    const evaluation = await evaluateModel(model, takeRows(data.X, rows), labels, {
      signal,
      onProgress: (progress) => line.show(formatProgress('predicting', progress)),
    });
    line.clear();
    process.stdout.write(`${describeData(data)}\n${formatEvaluation(evaluation)}\n`);
    if (options.json === undefined) return;
    const { report, calibration, predicted } = evaluation;
    await writeWholeFile(
      options.json,
      formatJson({
        model: { path: modelPath, estimator: model.estimator, classes: model.classes },
        data: { rows: data.X.shape[0], columns: data.X.shape[1], image: data.image, source: data.source },
        ...report,
        calibration,
        rows,
        truth: labels,
        predicted,
      }),
    );
  } finally {
    line.clear();
  }
}
