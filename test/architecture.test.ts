import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { codeSpans, tableRows } from './support/markdown.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const page = await readFile(join(repository, 'docs', 'architecture.md'), 'utf8');

/** For each file of a folder that is a source, the paths that it names where the pattern says so. */
async function namedBySources(folder: string, source: RegExp, naming: RegExp) {
  const names = await readdir(join(repository, folder), { recursive: true });
  const paths = names.filter((name) => source.test(name)).map((name) => join(folder, name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const text = await readFile(join(repository, path), 'utf8');
        return [path, Array.from(text.matchAll(naming), ([, named]) => named!)] as const;
      }),
    ),
  );
}

/** The arrows whose head is on a higher floor than their tail; floors are folders or files, the highest first. */
function upwardArrows(arrows: ReadonlyMap<string, readonly string[]>, floors: readonly string[][]) {
  const floorOf = (path: string) =>
    floors.findIndex((paths) => paths.some((each) => path === each || path.startsWith(each)));
  return {
    outside: [...arrows.keys()].filter((path) => floorOf(path) < 0).sort(),
    upward: [...arrows].flatMap(([from, heads]) =>
      heads.filter((to) => floorOf(to) >= 0 && floorOf(to) < floorOf(from)).map((to) => `${from} -> ${to}`),
    ),
  };
}

/** One circle among the arrows, if there is one. */
function circleAmong(arrows: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const circleFrom = (node: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const head of arrows.get(node) ?? []) {
      const circle = circleFrom(head, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of arrows.keys()) {
    const circle = circleFrom(node, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('the floors of docs/architecture.md', async () => {
  /** Stand beside the house: what is public, and the package's version. */
  const BESIDE = ['lib/index.ts', 'lib/version.ts'];
  const floors = tableRows(page, 'floor').map(([paths]) => codeSpans(paths!));
  const named = await namedBySources('lib', /\.ts$/, /from '(\.[^']+\.ts)'/g);
  const imports = new Map(
    [...named].map(([source, paths]) => [source, paths.map((path) => join(dirname(source), path))]),
  );
  const { outside, upward } = upwardArrows(imports, floors);

  it('hold every source', () => {
    expect(outside).toEqual(BESIDE);
  });

  it('are left by no import that points up', () => {
    expect(upward.filter((arrow) => !BESIDE.includes(arrow.split(' ')[0]!))).toEqual([]);
  });

  it('have no circle of imports', () => {
    expect(circleAmong(imports)).toBeUndefined();
  });
});

describe('the native floors of docs/architecture.md', async () => {
  const INCLUDE_FOLDERS = ['native/algorithms', 'native/kernels'];
  const floors = tableRows(page, 'folder').map(([paths]) => codeSpans(paths!));
  const named = await namedBySources('native', /\.(cc|h)$/, /^#include "([^"]+)"/gm);
  const includes = new Map(
    [...named].map(([source, paths]) => [
      source,
      paths.map((path) => {
        const places = [dirname(source), ...INCLUDE_FOLDERS].map((folder) => join(folder, path));
        return places.find((place) => named.has(place)) ?? path;
      }),
    ]),
  );
  const { outside, upward } = upwardArrows(includes, floors);

  it('hold every source', () => {
    expect(outside).toEqual([]);
  });

  it('include only files of the house by name', () => {
    const missing = [...includes.values()].flat().filter((path) => !named.has(path));
    expect(missing).toEqual([]);
  });

  it('are left by no include that points up', () => {
    expect(upward).toEqual([]);
  });

  it('have no circle of includes', () => {
    expect(circleAmong(includes)).toBeUndefined();
  });

  it('have no circle of modules below the binding, a module being a header and the source of its name', () => {
    const moduleOf = (path: string) => path.replace(/\.(cc|h)$/, '');
    const modules = new Map<string, string[]>();
    for (const [source, paths] of includes) {
      const module = moduleOf(source);
      if (module.startsWith('native/binding/')) continue;
      const others = paths.map(moduleOf).filter((other) => other !== module);
      modules.set(module, [...(modules.get(module) ?? []), ...others]);
    }
    expect(circleAmong(modules)).toBeUndefined();
  });

  it('know Node-API in the binding alone', async () => {
    const system = await namedBySources('native', /\.(cc|h)$/, /^#include <([^>]+)>/gm);
    const withNode = [...system].filter(([, headers]) =>
      headers.some((header) => /napi|node_api/.test(header)),
    );
    const elsewhere = withNode
      .map(([source]) => source)
      .filter((source) => !source.startsWith('native/binding/'));
    expect(elsewhere).toEqual([]);
    expect(withNode).not.toEqual([]);
  });
});
