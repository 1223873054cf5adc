import { type Command, Option } from 'commander';
import type { Progress } from '../backend/run.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { DATASET_CHOICES, type DatasetChoice, loadDataset } from '../datasets/load-dataset.ts';
import { formatProgress, type ProgressLine } from './progress.ts';

export interface DatasetOptions {
  data?: string;
  dataset: DatasetChoice;
}

/** Adds the options that choose the data. */
export function addDatasetOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder to look for Fashion-MNIST in first')
    .addOption(
      new Option(
        '--dataset <name>',
        'the data; auto: Fashion-MNIST where it can be had, else synthetic images',
      )
        .choices(DATASET_CHOICES)
        .default('auto'),
    );
}

/** Loads what the options ask for, and shows how far that is. */
export function loadChosenDataset(
  { data, dataset }: DatasetOptions,
  signal: AbortSignal,
  line: ProgressLine,
): Promise<Dataset> {
  const onProgress = (progress: Progress) => line.show(formatProgress('loading', progress));
  return loadDataset({ signal, onProgress, dataset, dir: data });
}
