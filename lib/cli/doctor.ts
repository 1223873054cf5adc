import { cpus } from 'node:os';
import type { Command } from 'commander';
import { formatBytes } from '../backend/memory-limit.ts';
import { backendInfo } from '../backend/select.ts';
import { loadFashionMnist } from '../datasets/fashion-mnist.ts';
import { HandfulError } from '../errors.ts';
import { formatCount } from '../report/table.ts';
import { version } from '../version.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';

interface DoctorOptions extends BackendOptions {
  data?: string;
}

/** Adds `handful doctor`: what computes here, why nothing faster, and whether the data is at hand. */
export function addDoctorCommand(program: Command): void {
  addBackendOptions(program.command('doctor'))
    .description('Prints what computes here and why nothing faster, and whether Fashion-MNIST is at hand.')
    .option('--data <dir>', 'folder to look for Fashion-MNIST in first')
    .addHelpText(
      'after',
      `
Examples:
  handful doctor
  HANDFUL_BACKEND=javascript handful doctor
${EXIT_CODES_HELP}`,
    )
    .action(async (options: DoctorOptions) => {
      applyBackendOptions(options);
      process.stdout.write(`${(await diagnose(options.data)).join('\n')}\n`);
    });
}

async function diagnose(data: string | undefined): Promise<string[]> {
  const { backend, instructionSet, threads, reason, instructionSets, memoryLimit } = backendInfo();
  return [
    entry('handful', version),
    entry('node', `${process.version}, ${process.platform} ${process.arch}`),
    entry('processor', cpus()[0]?.model ?? 'unknown'),
    entry('backend', backend),
    entry('instruction set', instructionSet),
    ...instructionSets.map(({ name, supported, reason }) =>
      entry(`  ${name}`, supported ? 'supported' : `not supported: ${reason}`),
    ),
    entry('threads', String(threads)),
    entry('memory of a call', `at most ${formatBytes(memoryLimit)}`),
    entry('why not faster', reason ?? 'nothing faster exists here'),
    entry('Fashion-MNIST', await lookForData(data)),
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
