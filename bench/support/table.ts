import { formatCount } from '../../lib/core/numbers.ts';
import { type Column, formatMarkdownTable } from '../../lib/report/kit/table.ts';
import type { Race, Standing, Times } from './measure.ts';

/** Columns of figures after one or more of words. */
export function columns(titles: readonly string[], words = 1): Column[] {
  return titles.map((title, i) => ({ title, align: i < words ? 'left' : 'right' }));
}

/** A race as a heading, a table, and what to know about it. */
export function formatRace({ title, flops, standings }: Race): string {
  const [first] = standings;
  const hasStalls = standings.some(({ stallSeconds }) => stallSeconds !== undefined);
  const rows = standings.map((standing) => [
    standing.contestant,
    formatDuration(standing.median),
    formatSpread(standing),
    String(standing.trials),
    ...(flops === undefined ? [] : [significant(flops / standing.median / 1e9)]),
    ...(hasStalls ? [standing.stallSeconds === undefined ? '–' : formatDuration(standing.stallSeconds)] : []),
    standing === first ? '1' : significant(standing.median / first!.median),
    notes(standing),
  ]);
  const titles = [
    'contestant',
    'median',
    'fastest – slowest',
    'trials',
    ...(flops === undefined ? [] : ['GFLOP/s']),
    ...(hasStalls ? ['longest stall'] : []),
    'times as long',
  ];
  return `**${title}**\n\n${formatMarkdownTable([...columns(titles), { title: 'answer', align: 'left' }], rows)}`;
}

/** The share that was done, where it was not all, then the rest. */
function notes({ share, notes }: Standing): string {
  const scaled = share < 1 ? [`${significant(100 * share)} % of the work, scaled up`] : [];
  return [...notes, ...scaled].join('; ');
}

/** The fastest and the slowest of several trials. */
export function formatSpread({ trials, fastest, slowest }: Times): string {
  return trials === 1 ? '–' : `${formatDuration(fastest)} – ${formatDuration(slowest)}`;
}

/** A time with three digits in the unit that suits it. */
export function formatDuration(seconds: number): string {
  const [factor, unit] =
    seconds < 0.9995e-6
      ? [1e9, 'ns']
      : seconds < 0.9995e-3
        ? [1e6, 'µs']
        : seconds < 0.9995
          ? [1e3, 'ms']
          : [1, 's'];
  return `${significant(seconds * factor)} ${unit}`;
}

/** A number with three digits, or with all that stand before the point. */
export function significant(value: number): string {
  if (value >= 999.5) return formatCount(Math.round(value));
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}
