import { printableLines } from '../core/printable.ts';

/**
 * Prints lines of data: to a terminal so that no name in them does harm, to a file or a program to the letter.
 * @returns false if standard output is full for now
 */
export function printTable(text: string): boolean {
  return process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
}
