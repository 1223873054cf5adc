import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BackendName, backendInfo } from '../../lib/index.ts';
import { version } from '../../lib/version.ts';

/** What figures were taken on. */
export interface Machine {
  date: string;
  processor: string;
  /** Processors that this process may use. */
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  handful: string;
  /** Of the compiled addon; undefined where it can't be loaded or does not say. */
  compiler?: string;
  backend: BackendName;
  whyNotNative?: string;
  /** In use by default, and all that this processor has. */
  instructionSet: string;
  instructionSets: string[];
  threads: number;
  /** Processes that wanted to run, on average over the last minute: above nearly 0, others disturb. */
  load: number;
}

/** What this process runs on. */
export function describeMachine(): Machine {
  const { backend, reason, instructionSet, instructionSets, threads } = backendInfo();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: processor(),
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    handful: version,
    compiler: compiler(),
    backend,
    whyNotNative: backend === 'native' ? undefined : reason,
    instructionSet,
    instructionSets: instructionSets.filter(({ supported }) => supported).map(({ name }) => name),
    threads,
    load: os.loadavg()[0]!,
  };
}

/** The machine in lines of Markdown. */
export function formatMachine(machine: Machine): string {
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB of memory`;
  return [
    ...(machine.whyNotNative ? [`**JavaScript backend only: ${machine.whyNotNative}**`] : []),
    `${machine.processor}, ${machine.cores} cores, ${memory}, ${machine.system}`,
    `handful ${machine.handful}${machine.compiler ? ` compiled by ${machine.compiler}` : ''}, Node ${machine.node}`,
    `${machine.backend} backend, instruction set ${machine.instructionSet} (there are: ` +
      `${machine.instructionSets.join(', ') || 'none'}), threads: ${machine.threads}`,
    `${machine.date}, load before the run ${machine.load.toFixed(1)}`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

/** The processor's name, with family and model where the system tells: names alone often don't say which it is. */
function processor(): string {
  const name = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const field = (title: string) => new RegExp(`^${title}\\s*: (\\d+)$`, 'm').exec(text)?.[1];
    const [family, model] = [field('cpu family'), field('model')];
    return family && model ? `${name} (family ${family}, model ${model})` : name;
  } catch {
    return name;
  }
}

/** What compiled the addon, as it says itself. */
function compiler(): string | undefined {
  try {
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    const path = createRequire(import.meta.url)('node-gyp-build').path(repository) as string;
    const binary = readFileSync(path, 'latin1');
    return /GCC: \([^)]*\) [\d.]+|clang version [\d.]+/.exec(binary)?.[0].replace(/: \(.*\)| version/, '');
  } catch {
    return undefined;
  }
}
