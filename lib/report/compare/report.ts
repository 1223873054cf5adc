import type { CompareRecord } from '../../experiments/compare-record.ts';
import { baseName, commandLine, dataOptions } from '../kit/command-line.ts';
import type { ReportDocument, Section } from '../kit/document.ts';
import { experimentFacts } from '../kit/facts.ts';
import { budgetChart, coverageChart, gainChart, timesChart } from './charts.ts';
import { compareFindings } from './findings.ts';
import { otherNotes, otherTables, resultsNotes, resultsTable } from './tables.ts';

/** A comparison: findings, tables, charts, and what is needed to repeat it. */
export function compareReport(record: CompareRecord): ReportDocument {
  const { dataset, manifest, coverage, audits } = record;
  const hasOthers = coverage.length + audits.length > 0;
  return {
    kicker: `handful compare · ${dataset.name}`,
    ...compareFindings(record),
    notice: dataset.notice,
    sections: [
      {
        title: 'Results',
        content: [resultsTable(record), { kind: 'notes', notes: resultsNotes(record) }],
      },
      ...chartSections(record),
      {
        title: 'Coverage and audits',
        content: [...otherTables(record), hasOthers && { kind: 'notes', notes: otherNotes(record) }],
      },
    ],
    command: compareCommand(record),
    facts: experimentFacts(record),
    version: manifest.versions.handful,
  };
}

function chartSections(record: CompareRecord): Section[] {
  const { rows, coverage, manifest } = record;
  const budgetsOf = (of: readonly { budget: number }[]) => [...new Set(of.map(({ budget }) => budget))];
  return [
    { title: 'Accuracy against labels', content: [budgetsOf(rows).length > 1 && budgetChart(record)] },
    {
      title: 'Gain over labelling at random',
      content: [manifest.options.strategies.length > 1 && gainChart(record)],
    },
    {
      title: 'How far labels may be spread',
      content: budgetsOf(coverage).map((budget) =>
        coverageChart(coverage.filter((row) => row.budget === budget)),
      ),
    },
    { title: 'What a run takes', content: [timesChart(record)] },
  ];
}

/** The command that repeats a comparison. */
function compareCommand({ manifest, dataset }: CompareRecord): string {
  const { strategies, budgets, seeds, coverage } = manifest.options;
  const options = {
    strategies: strategies.join(','),
    labels: budgets.join(','),
    seeds: `${seeds.from}-${seeds.to}`,
    coverage: coverage || undefined,
  };
  if (!manifest.own) return commandLine(['handful', 'compare'], { ...options, dataset: dataset.name });
  const { path, labelsFile, testShare, splitSeed, ...choice } = manifest.own;
  return commandLine(['handful', 'compare', baseName(path)], {
    ...options,
    'labels-file': labelsFile?.map(baseName),
    'test-share': testShare,
    'split-seed': splitSeed,
    ...dataOptions(choice),
  });
}
