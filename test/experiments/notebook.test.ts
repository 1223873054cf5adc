import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../lib/core/options.ts';
import {
  EXPERIMENT_NAMES,
  EXPERIMENTS,
  NOTEBOOK_NAMES,
  type NotebookOptions,
  notebookOptions,
  planNotebook,
} from '../../lib/experiments/notebook.ts';
import { expectError } from '../support/errors.ts';

function plan(options?: NotebookOptions): string[] {
  const settings = parseOptions<Required<NotebookOptions>>(options, notebookOptions, 'the notebook');
  return planNotebook(settings).map(({ name, protocol }) => `${name} ${protocol}`);
}

describe('the plan of the notebook', () => {
  it("is all experiments in the notebook's order, `propagated` under both protocols, and `few-labels` last", () => {
    expect(plan()).toEqual([
      'full notebook',
      'random notebook',
      'representatives notebook',
      'propagated notebook',
      'propagated corrected',
      'partial notebook',
      'few-labels notebook',
    ]);
  });

  it('follows one protocol where told to', () => {
    for (const protocol of ['notebook', 'corrected'] as const) {
      expect(plan({ protocol })).toEqual(EXPERIMENT_NAMES.map((name) => `${name} ${protocol}`));
    }
  });

  it("keeps to the experiments it is told, in the notebook's order", () => {
    expect(plan({ only: ['partial', 'full'] })).toEqual(['full notebook', 'partial notebook']);
  });

  it('refuses options that can not be meant', async () => {
    for (const options of [
      { protocol: 'right' },
      { clusters: 1 },
      { seed: -1 },
      { neighbors: 0 },
      { seeds: 0 },
      { only: [] },
      { only: ['all'] },
      { budget: 100 },
    ]) {
      await expectError(() => plan(options as object), 'ERR_INVALID_ARGUMENT', Object.keys(options)[0]!);
    }
  });

  it("carries the notebook's 27 minutes", () => {
    const seconds = NOTEBOOK_NAMES.map((name) => EXPERIMENTS[name].notebook.seconds);
    expect(Math.round(seconds.reduce((a, b) => a + b) / 60)).toBe(27);
  });
});
