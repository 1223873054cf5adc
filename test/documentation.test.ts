import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../lib/cli/program.ts';
import * as handful from '../lib/index.ts';
import { withOptionTables } from '../scripts/option-tables.ts';
import { fashionMnistFolder } from './support/fashion-mnist.ts';
import {
  anchors,
  type CodeBlock,
  codeBlocks,
  codeSpans,
  links,
  section,
  tableRows,
} from './support/markdown.ts';
import { makeScriptFolder, outputOfScript } from './support/scripts.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('..', import.meta.url));

async function pagesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(repository, folder));
  // The API report is made by a program, of declarations that are no script.
  return names
    .filter((name) => name.endsWith('.md') && !name.endsWith('.api.md'))
    .map((name) => join(folder, name));
}

const pages = await Promise.all(
  [...(await pagesIn('.')), ...(await pagesIn('docs'))].map(async (path) => ({
    path,
    text: await readFile(join(repository, path), 'utf8'),
  })),
);
const textOf = (path: string) => pages.find((page) => page.path === path)!.text;

/** Shell commands that stand in the documentation and are not run here, and why. */
const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['npm ci && npm start', 'builds everything anew; CI does'],
  ['npm ci && npm test', 'would run this test within itself'],
  ['npm install ../handful', 'wants another project; the test of the package has one'],
  ['npm run build', 'replaces the addon under the feet of the tests that run beside this one'],
  ['npm test', 'would run this test within itself'],
  ['npm run test:browser', 'wants a browser, and builds the library anew'],
  ['npm run test:native', 'builds the C++ tests, which CI does'],
  ['npm run test:arm64', 'wants a cross compiler and an emulator, which CI installs'],
  ['npm run test:avx512', 'wants a library of intrinsics, which CI installs'],
  ['npm run test:cpus', 'emulates processors for many minutes'],
  ['npm run test:sanitize', 'builds everything native twice, with sanitizers'],
  ['npm run test:leak', 'runs ten thousand operations'],
  ['npm run test:fuzz', 'runs a million cases'],
  ['npm run test:numbers', 'measures what tests bound'],
  ['npm install handful', 'wants another project; the release check has one'],
  ['npx handful build-native', 'compiles for minutes; the release check does'],
  ['handful build-native', 'the same'],
  ['npm run build:prebuilds', 'wants cross compilers'],
  ['npm run release:check', 'takes minutes'],
  ['npm run build:reference', 'the release check does'],
  ['PREBUILDS_ONLY=1 npm test', 'would run this test within itself'],
  ['npm run lint', 'looks at every file, which CI does'],
  ['npm run format', 'changes files'],
  ['npm run api', 'the same'],
  ['npx tsx scripts/update-options.ts', 'a test here holds what it writes'],
  ['npm run coverage', 'would run this test within itself'],
  ['git config core.hooksPath .githooks', 'changes the checkout'],
  ['npm run bench', 'takes minutes, and measures nothing while tests run'],
  ['npm run bench:compare -- OLD.json NEW.json', 'wants two files of measurements'],
  ['.ci/run', 'would run this test within itself'],
  ['handful notebook', 'takes minutes without the addon; the experiments have a test of their own'],
  ['handful notebook --json results.json', 'the same'],
  ['handful notebook --only representatives propagated --protocol corrected --seed 7', 'the same'],
  [
    'handful notebook --data ~/fashion-mnist --json results.json --html report.html',
    'the folder is not there',
  ],
  ['handful compare --preset notebook', 'takes minutes; comparisons have tests of their own'],
  ['handful compare --preset best', 'the same'],
  ['handful compare --preset notebook --coverage --audit --json results.json --html report.html', 'the same'],
  ['handful compare --strategies representatives,partial --labels 10,30,100 --seeds 0-4', 'the same'],
  ['handful compare --repeat results.json --strategies partial --seeds 3', 'the same'],
  ['handful compare data.csv --label-column y --test-share 0.2 --labels 10,30,100', 'the data is not there'],
  [
    'handful pick images/ --size 64x64 --budget 50 --out picks.csv --sheet picks.png',
    'the data is not there',
  ],
  ['handful pick embeddings.npy --out picks.csv', 'the same'],
  ['handful pick embeddings.npy --already picks.csv --budget 20 --out picks.csv', 'the same'],
  ['handful train images/ --size 64x64 --labels picks.csv --out model.handful', 'the same'],
  [
    'handful train images/ --size 64x64 --labels picks.csv --out model.handful --html training.html',
    'the same',
  ],
  ['handful train embeddings.npy --labels picks.csv --out model.handful --class-prior estimated', 'the same'],
  ['handful predict model.handful images/ --out predictions.csv', 'the same'],
  ['handful predict model.handful embeddings.npy --as jsonl', 'the same'],
  ['handful evaluate model.handful test.csv', 'the same'],
  ['handful evaluate model.handful test-images/ --labels test-labels.csv --html evaluation.html', 'the same'],
  ['handful export model.handful model.onnx', 'the same'],
  ['handful notebook --html report.html', 'takes minutes; reports have tests of their own'],
  ['handful compare --preset best --html best.html --markdown best.md', 'the same'],
  ['handful label images/ --size 64x64 --classes cat,dog', 'serves until it is interrupted'],
  ['handful label embeddings.npy --budget 50 --labels mine.csv', 'the same'],
  ['handful label --dataset synthetic', 'the same'],
  ['npx tsx scripts/draw-pages.ts', 'wants a browser'],
]);

const withoutComment = (line: string) => line.replace(/ +# .*$/, '');
const commandsOf = ({ code }: CodeBlock) => code.trimEnd().split('\n').map(withoutComment);
const shellCommands = pages.flatMap(({ text }) =>
  codeBlocks(text)
    .filter(({ language }) => language === 'sh')
    .flatMap(commandsOf),
);

let folder: string;
beforeAll(async () => {
  folder = await makeScriptFolder();
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(pages)('$path', ({ path, text }) => {
  const blocks = codeBlocks(text);

  it('has code in known languages only', () => {
    for (const { language, line } of blocks) {
      expect(['js', 'ts', 'sh', 'text', 'text output'], `line ${line}`).toContain(language);
    }
  });

  const scripts = blocks.flatMap((block, i) => {
    if (block.language !== 'js' && block.language !== 'ts') return [];
    const next = blocks[i + 1];
    return [{ ...block, output: next?.language === 'text output' ? next.code : undefined }];
  });
  if (scripts.length > 0) {
    it.each(scripts)('runs the script of line $line', async ({ language, code, line, output }) => {
      const extension = language === 'ts' ? 'mts' : /\brequire\(/.test(code) ? 'cjs' : 'mjs';
      const file = join(folder, `${path.replaceAll(/\W/g, '-')}-${line}.${extension}`);
      await writeFile(file, code);
      const printed = await outputOfScript(file, folder);
      if (output !== undefined) expect(printed).toBe(output);
    });
  }

  const commands = blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf);
  const runnable = commands.filter((command) => !NOT_RUN.has(command));
  if (runnable.length > 0) {
    it.for(runnable)('runs `%s`', async (command, { skip }) => {
      const needsData =
        /\b(notebook|compare|show)\b/.test(command) && !/--dataset synthetic|--help/.test(command);
      if (needsData && !fashionMnistFolder) skip('Fashion-MNIST is absent');
      const { HANDFUL_DATA = fashionMnistFolder } = process.env;
      await run('bash', ['-euc', command], {
        cwd: folder,
        env: {
          ...process.env,
          NO_COLOR: '1',
          HANDFUL_DATA,
          PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
        },
      });
    });
  }

  it('links to what is there', async () => {
    for (const target of links(text)) {
      const [file, anchor] = target.split('#') as [string, string?];
      if (/^https?:/.test(target)) continue;
      const linked = file === '' ? path : join(dirname(path), file);
      await expect(stat(resolve(repository, linked)), target).resolves.toBeDefined();
      if (anchor !== undefined) expect(anchors(textOf(linked)), target).toContain(anchor);
    }
  });

  it('names files that are there', async () => {
    const folders = /^(lib|native|test|bench|docs|examples|scripts|cmake|\.ci)\/[\w./-]*$/;
    for (const file of codeSpans(text).filter((code) => folders.test(code))) {
      await expect(stat(join(repository, file)), file).resolves.toBeDefined();
    }
  });
});

describe('the documentation as a whole', () => {
  it('has every command that is not run here', () => {
    for (const command of NOT_RUN.keys()) expect(shellCommands).toContain(command);
  });

  it('shows no command of handful that it would not understand', async () => {
    for (const command of shellCommands) {
      const words = command.split(' ');
      const start = words.indexOf('handful');
      if (start < 0 || words[0] === 'npm' || command.includes('--help')) continue;
      const program = createProgram();
      for (const each of program.commands) each.action(() => {});
      await expect(program.parseAsync(words.slice(start + 1), { from: 'user' })).resolves.toBeDefined();
    }
  });

  it('tells every environment variable', async () => {
    const sources = (await readdir(join(repository, 'lib'), { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    const code = await Promise.all(sources.map((name) => readFile(join(repository, 'lib', name), 'utf8')));
    const variables = new Set(code.join('\n').match(/\bHANDFUL_[A-Z_]+\b/g));
    expect(variables.size).toBeGreaterThan(0);
    for (const variable of variables) {
      expect(codeSpans(textOf('README.md'))).toContain(variable);
      expect(codeSpans(textOf('docs/command-line.md'))).toContain(variable);
    }
  });
});

describe('docs/command-line.md', () => {
  const text = textOf('docs/command-line.md');

  it.each(createProgram().commands.map((command) => [command.name(), command] as const))(
    'tells every option of handful %s, with its default',
    (name, command) => {
      const rows = tableRows(section(text, `## \`handful ${name}\``), 'option');
      const told = new Map(
        rows.map(([option, defaultValue]) => [option!.replaceAll('`', ''), defaultValue!]),
      );
      expect([...told.keys()].sort()).toEqual(command.options.map(({ flags }) => flags).sort());
      for (const { flags, defaultValue } of command.options) {
        if (typeof defaultValue === 'string' || typeof defaultValue === 'number') {
          expect([flags, told.get(flags)!.replaceAll('`', '')]).toEqual([flags, String(defaultValue)]);
        }
      }
    },
  );

  it('tells the options of handful itself', () => {
    for (const { short, long } of createProgram().options) {
      expect(codeSpans(text)).toContain(short);
      expect(codeSpans(text)).toContain(`handful ${long}`);
    }
  });
});

describe('docs/reference.md', () => {
  const text = textOf('docs/reference.md');
  const names = codeSpans(text).map((code) => /^(?:await )?([\w.]+)/.exec(code)?.[1]);

  it('tells every export', async () => {
    const index = await readFile(join(repository, 'lib', 'index.ts'), 'utf8');
    const exported = Array.from(index.matchAll(/export (?:type )?\{([^}]*)\}/g), ([, list]) => list!)
      .join()
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '');
    expect(exported).toEqual(expect.arrayContaining(Object.keys(handful)));
    for (const name of exported) expect(names).toContain(name);
  });

  const { MiniBatchKMeans, KMeans, NearestNeighbors, LogisticRegression } = handful;
  const { FewLabels, Representation, ClusterThenLabel, NeighborGraph, LabelSpreading, SelfTraining } =
    handful;
  const { StandardScaler, Normalizer, PCA, PatchFeatures } = handful;
  it.each([
    MiniBatchKMeans,
    KMeans,
    NearestNeighbors,
    StandardScaler,
    Normalizer,
    PCA,
    LogisticRegression,
    PatchFeatures,
    FewLabels,
    Representation,
    ClusterThenLabel,
    NeighborGraph,
    LabelSpreading,
    SelfTraining,
  ])('tells every option of %o with its default, and every member', (Estimator) => {
    const part = section(text, `### \`${Estimator.name}\``);
    const told = new Map(
      tableRows(part, 'option').map(([name, value]) => [name!.replaceAll('`', ''), value!]),
    );
    const { options } = new Estimator();
    expect([...told.keys()].sort()).toEqual(Object.keys(options).sort());
    for (const [name, value] of Object.entries(options)) {
      // A default that follows from other things is undefined, or not a literal.
      const literal = literalOf(told.get(name)!);
      if (value === undefined || literal !== undefined) expect([name, literal]).toEqual([name, value]);
    }
    const members = [Estimator.prototype, Object.getPrototypeOf(Estimator.prototype)].flatMap((each) =>
      each === Object.prototype ? [] : Object.getOwnPropertyNames(each),
    );
    const internal = ['constructor', 'found', 'checkInput', 'backendInit', 'starts'];
    const spoken = codeSpans(part).map((code) => /^(?:await )?(\w+)/.exec(code)?.[1]);
    for (const member of members) if (!internal.includes(member)) expect(spoken).toContain(member);
  });

  it('has the tables of options that the docstrings make', () => {
    expect(withOptionTables(text), 'npx tsx scripts/update-options.ts writes them').toBe(text);
  });

  it('tells every member of RandomState and PreparedMatrix', () => {
    for (const [Class, internal] of [
      [handful.RandomState, ['constructor']],
      [handful.PreparedMatrix, ['constructor', 'rowsFor', 'lend']],
    ] as const) {
      const spoken = codeSpans(section(text, `### \`${Class.name}\``)).map((code) => /^\w+/.exec(code)?.[0]);
      for (const member of Object.getOwnPropertyNames(Class.prototype)) {
        if (!internal.includes(member as never)) expect(spoken).toContain(member);
      }
    }
  });

  it('tells every code of error', async () => {
    const errors = await readFile(join(repository, 'lib', 'core', 'errors.ts'), 'utf8');
    const codes = Array.from(errors.matchAll(/^ {2}\| '(\w+)'/gm), ([, code]) => code);
    expect(codes.length).toBeGreaterThan(0);
    expect(tableRows(text, 'code').map(([code]) => code!.replaceAll('`', ''))).toEqual(codes);
  });
});

/** The value that a table states as a default; undefined if it states it in words. */
function literalOf(cell: string): unknown {
  const text = cell.replaceAll('`', '').replaceAll("'", '"');
  try {
    return JSON.parse(/^\d/.test(text) ? text.replaceAll(',', '') : text);
  } catch {
    return undefined;
  }
}
