import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { codeSpans, tableRows } from './support/markdown.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const page = await readFile(join(repository, 'docs', 'architecture.md'), 'utf8');

/** The floors as the page has them, the highest first: for each the folders or files that it is made of. */
const floors = tableRows(page, 'floor').map(([paths]) => codeSpans(paths!));

/** Stand beside the house: what is public, and the package's version. */
const BESIDE = ['lib/index.ts', 'lib/version.ts'];

const sources = (await readdir(join(repository, 'lib'), { recursive: true }))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('lib', name));

/** The files that each source imports. */
const imports = new Map(
  await Promise.all(
    sources.map(async (source) => {
      const text = await readFile(join(repository, source), 'utf8');
      const paths = Array.from(text.matchAll(/from '(\.[^']+\.ts)'/g), ([, path]) => path!);
      return [source, paths.map((path) => join(dirname(source), path))] as const;
    }),
  ),
);

const floorOf = (path: string) =>
  floors.findIndex((paths) => paths.some((each) => path === each || path.startsWith(each)));

describe('the floors of docs/architecture.md', () => {
  it('hold every source', () => {
    expect(sources.filter((source) => floorOf(source) < 0).sort()).toEqual(BESIDE);
  });

  it('are left by no import that points up', () => {
    const upward = sources
      .filter((source) => !BESIDE.includes(source))
      .flatMap((source) =>
        imports
          .get(source)!
          .filter(
            (path) => sources.includes(path) && !BESIDE.includes(path) && floorOf(path) < floorOf(source),
          )
          .map((path) => `${source} imports ${path}`),
      );
    expect(upward).toEqual([]);
  });

  it('have no circle of imports', () => {
    const done = new Set<string>();
    const circleFrom = (source: string, way: readonly string[]): readonly string[] | undefined => {
      if (way.includes(source)) return [...way.slice(way.indexOf(source)), source];
      if (done.has(source)) return undefined;
      for (const path of imports.get(source) ?? []) {
        const circle = circleFrom(path, [...way, source]);
        if (circle) return circle;
      }
      done.add(source);
      return undefined;
    };
    for (const source of sources)
      expect(circleFrom(source, [])?.map((path) => relative('lib', path))).toBeUndefined();
  });
});
