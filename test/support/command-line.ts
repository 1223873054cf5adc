import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleFolder } from './bundle.ts';
import './programs.ts';

const main = join(bundleFolder, 'handful.mjs');

/** What a run of the command line left behind. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CommandLineOptions {
  env?: NodeJS.ProcessEnv;
  /** Whether the child takes stderr for a terminal, so that it shows its progress. */
  terminal?: boolean;
  /** Sees everything stderr has held so far whenever more comes. */
  onStderr?: (stderr: string, child: ChildProcess) => void;
}

/** Runs `handful`, in a process of its own. */
export function handful(args: readonly string[], options: CommandLineOptions = {}): Promise<Outcome> {
  const pretend = ['--import', 'data:text/javascript,process.stderr.isTTY=true;process.stderr.columns=80'];
  const child = spawn(process.execPath, [...(options.terminal ? pretend : []), main, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
