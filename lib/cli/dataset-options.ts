import { type Command, Option } from 'commander';
import type { Control } from '../backend/run.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { DATASET_CHOICES, type DatasetChoice, loadDataset } from '../datasets/load-dataset.ts';

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

/** Loads what the options ask for. */
export function loadChosenDataset({ data, dataset }: DatasetOptions, control: Control): Promise<Dataset> {
  return loadDataset({ ...control, dataset, dir: data });
}
