import type { Command } from 'commander';
import { processRecord } from '../backend/process-record.ts';
import { takeRows } from '../core/matrix.ts';
import { shortList } from '../datasets/formats/table-rows.ts';
import { evaluateModel } from '../models/evaluation.ts';
import type { EvaluationRecord } from '../report/evaluation/record.ts';
import { evaluationReport } from '../report/evaluation/report.ts';
import { dataRecord } from '../report/kit/data-record.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import {
  addDataOptions,
  type DataOptions,
  loadChosenData,
  loadDataOptions,
  modelDataOptions,
} from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { chosenLabels, several } from './labels.ts';
import { loadModelArgument } from './model-argument.ts';
import { checkOutputs } from './outputs.ts';
import { formatProgress, ProgressLine } from './progress.ts';
import {
  addReportOptions,
  printReport,
  type ReportOptions,
  reportFiles,
  reportOutputs,
  writeReports,
} from './report-options.ts';
import { sourceFiles } from './source-files.ts';

interface EvaluateOptions extends DataOptions, BackendOptions, ReportOptions {
  labels?: string[];
}

/** Adds `handful evaluate`: how well a model does on rows whose labels are known. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Tells how well a model predicts rows whose labels are known, with intervals.')
    .argument('<model>', 'a model that handful train has written')
    .argument('<data>', 'a file of rows, or a folder of images, that it was not trained on')
    .option(
      '--labels <file>',
      "labels of them, once or several times; default: the data's own column, or class folders",
      several,
    );
  addBackendOptions(addDataOptions(addReportOptions(command)))
    .addHelpText(
      'after',
      `
Examples:
  handful evaluate model.handful test.csv
  handful evaluate model.handful test-images/ --labels test-labels.csv --html evaluation.html
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
  const inputs = { 'the model': modelPath, 'the data': path, '--labels': options.labels };
  await checkOutputs(reportOutputs(options), inputs, options);
  applyBackendOptions(options);
  const start = performance.now();
  const line = new ProgressLine(options);
  try {
    const model = await loadModelArgument(modelPath);
    const chosen = await loadChosenData(
      path,
      modelDataOptions(options, model.input),
      signal,
      line,
      options.labels,
    );
    const { data } = chosen;
    const { rows, labels } = await chosenLabels(options.labels, chosen, options, line, signal);
    line.note(unknownClasses(labels, model.classes));
    const { report, calibration, predicted } = await evaluateModel(model, takeRows(data.X, rows), labels, {
      signal,
      onProgress: (progress) => line.show(formatProgress('predicting', progress)),
    });
    const { manifest, ...run } = processRecord((performance.now() - start) / 1000);
    const record: EvaluationRecord = {
      model: { path: modelPath, estimator: model.estimator, classes: model.classes },
      data: dataRecord(data),
      ...report,
      calibration,
      rows,
      truth: labels,
      predicted,
      ...run,
      manifest: {
        ...manifest,
        options: { model: modelPath, data: path, labels: options.labels, ...loadDataOptions(options) },
      },
    };
    line.clear();
    printReport(options, evaluationReport(record));
    if (reportFiles(options).length === 0) return;
    const files = await sourceFiles(data, ...(options.labels ?? []), modelPath);
    const whole = { ...record, manifest: { ...record.manifest, files } };
    await writeReports(options, whole, evaluationReport(whole), () => evaluationReport(whole, data));
  } finally {
    line.clear();
  }
}

/** What is to be known of labels that the model can't predict. */
function unknownClasses(labels: readonly string[], classes: readonly (string | number)[]): string[] {
  const known = new Set(classes.map(String));
  const unknown = [...new Set(labels)].filter((label) => !known.has(label));
  if (unknown.length === 0) return [];
  const rows = labels.filter((label) => !known.has(label)).length;
  return [
    `${rows} rows are wrong in any case, for the model does not know their classes: ${shortList(unknown)}`,
  ];
}
