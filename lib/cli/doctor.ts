import { cpus, freemem, release, version as systemVersion, totalmem } from 'node:os';
import type { Command } from 'commander';
import type { InstructionSet } from '../../binding.d.ts';
import { type AddonCandidate, addonCandidates } from '../backend/candidates.ts';
import { backendInfo } from '../backend/select.ts';
import { systemLibc } from '../backend/system-libc.ts';
import { HandfulError } from '../core/errors.ts';
import { formatBytes } from '../core/memory.ts';
import { formatCount } from '../core/numbers.ts';
import { loadFashionMnist } from '../datasets/fashion-mnist.ts';
import { formatJson } from '../report/kit/json.ts';
import { version } from '../version.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';

interface DoctorOptions extends BackendOptions {
  data?: string;
  json?: boolean;
}

/** All that a report of a fault needs. */
interface Diagnosis {
  handful: string;
  node: string;
  nodeApi: string;
  platform: string;
  system: string;
  libc: string;
  processor: string;
  processors: number;
  memory: { totalBytes: number; freeBytes: number; callBytes: number };
  backend: string;
  instructionSet: string;
  instructionSets: InstructionSet[];
  threads: number;
  whyNotFaster: string | null;
  binaries: AddonCandidate[];
  fashionMnist: string;
}

/** Adds `handful doctor`: what computes here, why nothing faster, and whether the data is at hand. */
export function addDoctorCommand(program: Command): void {
  addBackendOptions(program.command('doctor'))
    .description('Prints what computes here and why nothing faster, and whether Fashion-MNIST is at hand.')
    .option('--data <dir>', 'folder to look for Fashion-MNIST in first')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  handful doctor
  handful doctor --json
  HANDFUL_BACKEND=javascript handful doctor
${EXIT_CODES_HELP}`,
    )
    .action(async (options: DoctorOptions) => {
      applyBackendOptions(options);
      const diagnosis = await diagnose(options.data);
      process.stdout.write(options.json ? formatJson(diagnosis) : formatDiagnosis(diagnosis));
    });
}

async function diagnose(data: string | undefined): Promise<Diagnosis> {
  const { backend, instructionSet, threads, reason, instructionSets, memoryLimit } = backendInfo();
  const libc = systemLibc();
  return {
    handful: version,
    node: process.version,
    nodeApi: process.versions.napi!,
    platform: `${process.platform} ${process.arch}`,
    system: `${systemVersion()}, ${release()}`,
    libc: [libc.family, libc.version].filter(Boolean).join(' '),
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    memory: { totalBytes: totalmem(), freeBytes: freemem(), callBytes: memoryLimit },
    backend,
    instructionSet,
    instructionSets,
    threads,
    whyNotFaster: reason ?? null,
    binaries: addonCandidates(),
    fashionMnist: await lookForData(data),
  };
}

function formatDiagnosis(found: Diagnosis): string {
  const { totalBytes, freeBytes, callBytes } = found.memory;
  const lines = [
    entry('handful', found.handful),
    entry('node', `${found.node}, Node-API ${found.nodeApi}, ${found.platform}`),
    entry('system', found.system),
    entry('C library', found.libc),
    entry('processor', `${found.processor}, ${found.processors} seen by Node`),
    entry('memory', `${formatBytes(totalBytes)}, ${formatBytes(freeBytes)} of it free`),
    entry('memory of a call', `at most ${formatBytes(callBytes)}`),
    entry('backend', found.backend),
    entry('instruction set', found.instructionSet),
    ...found.instructionSets.map(({ name, supported, reason }) =>
      entry(`  ${name}`, supported ? 'supported' : `not supported: ${reason}`),
    ),
    entry('threads', String(found.threads)),
    entry('why not faster', found.whyNotFaster ?? 'this is the fastest backend and instruction set here'),
    entry('binaries', found.binaries.length === 0 ? 'none' : ''),
    ...found.binaries.flatMap(formatCandidate),
    entry('Fashion-MNIST', found.fashionMnist),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function formatCandidate({ file, taken, reason, tested }: AddonCandidate): string[] {
  return [
    `  ${file}`,
    entry('', `${taken ? 'taken' : 'not taken'}: ${reason}`),
    ...(tested ? [entry('', `tested: ${tested}`)] : []),
  ];
}

function entry(name: string, value: string): string {
  return `${name.padEnd(18)}${value}`;
}

/** What became of loading the data from where it lies, without the network. */
async function lookForData(dir: string | undefined): Promise<string> {
  try {
    const { train, test } = await loadFashionMnist({ dir, download: false });
    return `found: ${formatCount(train.labels.length)} training and ${formatCount(test.labels.length)} test images`;
  } catch (error) {
    if (error instanceof HandfulError && error.code !== 'ERR_INVALID_ARGUMENT') return error.message;
    throw error;
  }
}
