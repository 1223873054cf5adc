import type { CompareRecord } from '../../experiments/compare-record.ts';
import { drawChart } from '../kit/chart.ts';
import { compareCommand } from '../kit/command-line.ts';
import { manifestSection, notesBlock } from '../kit/common-sections.ts';
import { experimentFacts } from '../kit/facts.ts';
import type { Html } from '../kit/html.ts';
import { htmlTable } from '../kit/html-table.ts';
import { formatPage, section } from '../kit/page.ts';
import { budgetChart, coverageChart, gainChart, timesChart } from './charts.ts';
import { compareFindings } from './findings.ts';
import { compareNotes, compareTables } from './tables.ts';

/** A comparison as a page: findings, tables, charts, and what is needed to repeat it. */
export async function formatComparePage(record: CompareRecord): Promise<string> {
  const { dataset, manifest } = record;
  const { headline, sentences } = compareFindings(record);
  const [rows, ...others] = compareTables(record, (columns, cells) => htmlTable('Results', columns, cells));
  return formatPage({
    kicker: `handful compare · ${dataset.name}`,
    headline,
    lead: sentences,
    notice: dataset.notice,
    sections: [
      section('Results', rows, notesBlock(compareNotes(record))),
      ...(await chartSections(record)),
      ...(others.length > 0 ? [section('Coverage and audits', others)] : []),
      manifestSection(compareCommand(record), experimentFacts(record)),
    ],
    version: manifest.versions.handful,
  });
}

async function chartSections(record: CompareRecord): Promise<Html[]> {
  const { rows, coverage, manifest } = record;
  const budgets = new Set(rows.map(({ budget }) => budget));
  const sections: Html[] = [];
  if (budgets.size > 1) {
    sections.push(section('Accuracy against labels', await drawChart(budgetChart(record))));
  }
  if (manifest.options.strategies.length > 1) {
    sections.push(section('Gain over labelling at random', await drawChart(gainChart(record))));
  }
  if (coverage.length > 0) {
    const charts = [...new Set(coverage.map(({ budget }) => budget))].map((budget) =>
      drawChart(coverageChart(coverage.filter((row) => row.budget === budget))),
    );
    sections.push(section('How far labels may be spread', await Promise.all(charts)));
  }
  sections.push(section('What a run takes', await drawChart(timesChart(record))));
  return sections;
}
