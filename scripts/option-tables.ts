// The tables of options in docs/: of the reference from the docstrings of the interfaces that declare them, of the
// command line from what --help prints.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Option } from 'commander';
import ts from 'typescript';
import { createProgram } from '../lib/cli/program.ts';

const library = fileURLToPath(new URL('../lib/', import.meta.url));

/** A marker, and the table below it as far as it goes. */
const TABLES = /^<!-- options of ([\w -]+) -->\n(?:\|.*\n)*/gm;

/**
 * The page with each table below a marker, `<!-- options of KMeansOptions -->` or `<!-- options of handful pick -->`,
 * made anew: a row for each option of the command, or for each property of the
 * interface, those that it inherits first, but for what the page describes elsewhere: `Control`, and other tables.
 */
export function withOptionTables(page: string): string {
  const interfaces = declaredInterfaces();
  const commands = new Map(createProgram().commands.map((command) => [`handful ${command.name()}`, command]));
  const elsewhere = ['Control', ...Array.from(page.matchAll(TABLES), ([, name]) => name!)];
  return page.replace(TABLES, (_, name: string) => {
    const rows =
      commands.get(name)?.options.map(rowOfOption) ??
      propertiesOf(name, interfaces, elsewhere).map(([option, text]) => {
        const { rest, value } = splitDefault(text);
        return `| \`${option}\` | ${value} | ${rest} |\n`;
      });
    return `<!-- options of ${name} -->\n| option | default | |\n|---|---|---|\n${rows.join('')}`;
  });
}

function declaredInterfaces(): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  for (const file of readdirSync(library, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = ts.createSourceFile(
      file,
      readFileSync(join(library, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    source.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node)) found.set(node.name.text, node);
    });
  }
  return found;
}

/** Names and docstrings of an interface's own properties, after those of the interfaces that it extends. */
function propertiesOf(
  name: string,
  interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>,
  elsewhere: readonly string[],
): [name: string, text: string][] {
  const declaration = interfaces.get(name);
  if (!declaration)
    throw new Error(`docs/reference.md names ${name}, an interface that lib/ does not declare`);
  const inherited = (declaration.heritageClauses ?? [])
    .flatMap(({ types }) => types.map(({ expression }) => expression.getText()))
    .filter((each) => !elsewhere.includes(each))
    .flatMap((each) => propertiesOf(each, interfaces, elsewhere));
  const own = declaration.members.map((member): [string, string] => [
    member.name!.getText(),
    docstringOf(member),
  ]);
  return [...inherited, ...own];
}

function docstringOf(member: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(member);
  const text = doc && ts.isJSDoc(doc) ? (ts.getTextOfJSDocComment(doc.comment) ?? '') : '';
  return text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}

/** The default out of a docstring, which states it as `Default 8.` or `Default: all.` */
function splitDefault(text: string): { value: string; rest: string } {
  const found = /\s*\bDefault:? (.+?)\.(?=\s|$)/.exec(text);
  if (!found) return { value: '–', rest: text };
  const [, value, why] = /^(`[^`]+`|\d[\w.,-]*|true|false)(?::|, (?!and )) ?(.+)$/.exec(found[1]!) ?? [
    undefined,
    found[1]!,
    '',
  ];
  const reason = why && ` ${why[0]!.toUpperCase()}${why.slice(1)}.`;
  const rest = text.slice(0, found.index) + reason + text.slice(found.index + found[0].length);
  return { value: value!, rest: rest.trim() };
}

/** An option as --help prints it, which states a default that is computed as `…; default: all`. */
function rowOfOption({ flags, description, defaultValue, argChoices }: Option): string {
  const [text, computed] = description.split(/; default: /) as [string, string?];
  const isPlain = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  const value = isPlain ? `\`${defaultValue}\`` : (computed ?? '');
  const choices = argChoices ? `: ${argChoices.map((each) => `\`${each}\``).join(', ')}` : '';
  return `| \`${flags}\` | ${value} | ${text}${choices} |\n`;
}
