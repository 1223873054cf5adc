import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { formatMarkdownTable } from '../../lib/report/kit/table.ts';
import { outputOf, root, run, toolPath } from '../../scripts/tools.mjs';
import { summarize, type Times } from './measure.ts';
import { columns, formatDuration, formatSpread, significant } from './table.ts';

/** What is measured, on what, then figures. */
const COLUMNS = columns(['', 'on', 'median', 'fastest – slowest', 'rate', 'of the peak'], 2);

/** A kernel on a shape that algorithms give it, or what the processor does at most. */
interface Measurement {
  name: string;
  shape: string;
  /** What its rate is a share of. */
  peak: string;
  /** What one run does, and in which unit. */
  work: number;
  unit: string;
  /** Of one run, in each round. */
  seconds: number[];
}

/** The kernels of an instruction set beside what the processor does with it at most, all on one thread. */
export interface KernelFigures {
  instructionSet: string;
  peaks: Measurement[];
  kernels: Measurement[];
}

/**
 * Builds and runs the program in bench/native/.
 * @param quick to see that it runs: its figures mean nothing
 * @returns the best instruction set first; undefined where the program can't be built
 * @throws where instruction sets disagree
 */
export function measureKernels(quick: boolean): KernelFigures[] | undefined {
  const log = path.join(root, 'build', 'bench.log');
  mkdirSync(path.dirname(log), { recursive: true });
  const cmake = (args: string[]) => run(toolPath('cmake-js'), args, { log });
  if (!cmake(['configure', '--CDHANDFUL_BENCH=ON'])) return undefined;
  if (!cmake(['build', '--target', 'handful_bench'])) return undefined;
  const figures = outputOf(path.join(root, 'build', 'handful_bench'), quick ? ['--quick'] : []);
  return (JSON.parse(figures) as KernelFigures[]).reverse();
}

/** One instruction set as a heading and a table. */
export function formatKernels({ instructionSet, peaks, kernels }: KernelFigures): string {
  const rateOf = ({ work, seconds }: Measurement) => work / summarize(seconds).median;
  const peakRates = new Map(peaks.map((peak) => [peak.name, rateOf(peak)]));
  const row = (measurement: Measurement, ofThePeak: string) => {
    const times: Times = summarize(measurement.seconds);
    const rate = `${significant(rateOf(measurement) / 1e9)} G${measurement.unit}/s`;
    const { name, shape } = measurement;
    return [name, shape, formatDuration(times.median), formatSpread(times), rate, ofThePeak];
  };
  const share = (kernel: Measurement) =>
    `${significant((100 * rateOf(kernel)) / peakRates.get(kernel.peak)!)} % of ${kernel.peak}`;
  const table = formatMarkdownTable(COLUMNS, [
    ...peaks.map((peak) => row(peak, '–')),
    ...kernels.map((kernel) => row(kernel, share(kernel))),
  ]);
  return `**kernels and peaks, ${instructionSet}, one thread**\n\n${table}`;
}
