#!/usr/bin/env node
import { reportFault, reportOutputError, runCommandLine } from './program.ts';

let failure = 0;
process.stdout.on('error', (error) => {
  // One fault, however many writes it fails.
  process.exitCode = failure ||= reportOutputError(error);
});
process.on('uncaughtException', (error) => process.exit(reportFault(error)));

const exitCode = await runCommandLine(process.argv.slice(2));
process.exitCode = exitCode || failure;
