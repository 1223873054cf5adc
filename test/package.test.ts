import { execFile } from 'node:child_process';
import { access, constants, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as source from '../lib/index.ts';
import { version } from '../lib/version.ts';
import { backends } from './support/backends.ts';
import './support/programs.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('..', import.meta.url));
const tool = (path: string) => join(repository, 'node_modules', path);

/** A project that has the built package among its modules, and nothing else but what that depends on. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'handful-package-'));
  const installed = join(project, 'node_modules', 'handful');
  await mkdir(installed, { recursive: true });
  for (const file of ['package.json', 'addon.cjs']) await cp(join(repository, file), join(installed, file));
  for (const folder of ['build', 'prebuilds']) {
    const built = await access(join(repository, folder)).then(
      () => true,
      () => false,
    );
    if (built) await symlink(join(repository, folder), join(installed, folder));
  }
  const { dependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const place = join(project, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(tool(name), place);
  }
  await run(process.execPath, [tool('tsdown/dist/run.mjs'), '--out-dir', join(installed, 'dist')], {
    cwd: repository,
  });
});
afterAll(() => rm(project, { recursive: true }));

/** What a script of the project prints, as JSON. `extension` makes it an ES or a CommonJS module. */
async function evaluate(extension: 'mjs' | 'cjs', script: string): Promise<unknown> {
  const file = join(project, `script.${extension}`);
  await writeFile(file, script);
  const { stdout } = await run(process.execPath, [file], { env: { ...process.env, HANDFUL_BACKEND: '' } });
  return JSON.parse(stdout);
}

/** The names that scripts rely on. */
const NAMES = `
  AbortError ClusterThenLabel FewLabels HandfulError KMeans LabelSpreading LogisticRegression
  MiniBatchKMeans NearestNeighbors NeighborGraph Normalizer PCA PatchFeatures PreparedMatrix
  RandomState Representation SELECTION_STRATEGIES SelfTraining StandardScaler TrainedModel
  accuracyScore auditClusters backendInfo calibrationCurve classificationReport confusionMatrix
  exportOnnx kmeansPlusPlus loadData loadDataChunks loadDataset loadFashionMnist loadLabels
  loadModel loadSyntheticGarments matrix modelFromBytes modelToBytes pairwiseDistances pairwiseDistancesArgminMin prepare
  propagateAudited propagateToClusters propagateToNearest readIdx representatives saveModel
  selectRows setBackend setInstructionSet setThreads takeRows writeIdx
`
  .trim()
  .split(/\s+/);

describe('the built package', () => {
  it('exports the names that scripts rely on, from the source, to import and to require', async () => {
    expect(Object.keys(source).sort()).toEqual(NAMES);
    // Newer versions of Node add the whole of a CommonJS module under this name.
    const imported = await evaluate(
      'mjs',
      `import * as handful from 'handful';
       console.log(JSON.stringify(Object.keys(handful).filter((name) => name !== 'module.exports').sort()));`,
    );
    expect(imported).toEqual(NAMES);
    expect(
      await evaluate('cjs', `console.log(JSON.stringify(Object.keys(require('handful')).sort()));`),
    ).toEqual(NAMES);
  });

  it('finds the compiled addon from import and from require', async () => {
    const imported = `import { backendInfo } from 'handful'; console.log(JSON.stringify(backendInfo().backend));`;
    expect(await evaluate('mjs', imported)).toBe(backends[0]);
    const required = `console.log(JSON.stringify(require('handful').backendInfo().backend));`;
    expect(await evaluate('cjs', required)).toBe(backends[0]);
  });

  it('is one and the same for a process that imports and requires it', async () => {
    const result = await evaluate(
      'mjs',
      `import { createRequire } from 'node:module';
       import { HandfulError, pairwiseDistances, prepare, setBackend } from 'handful';
       const required = createRequire(import.meta.url)('handful');
       setBackend('javascript');
       const X = required.prepare({ data: Float32Array.of(0, 3, 4, 0), shape: [2, 2] });
       const { data } = await pairwiseDistances(X);
       let error;
       try { required.setThreads(-1); } catch (thrown) { error = thrown; }
       console.log(JSON.stringify([
         required.backendInfo().backend,
         Array.from(data),
         error instanceof HandfulError,
         prepare === required.prepare,
       ]));`,
    );
    expect(result).toEqual(['javascript', [0, 5, 5, 0], true, true]);
  });

  it('computes after import as after require', async () => {
    const script = `
      const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };
      new KMeans({ nClusters: 2, randomState: 0 }).fit(X).then(({ inertia }) => console.log(inertia));`;
    expect(await evaluate('mjs', `import { KMeans } from 'handful';${script}`)).toBe(1);
    expect(await evaluate('cjs', `const { KMeans } = require('handful');${script}`)).toBe(1);
  });

  it('has a command that runs by itself', async () => {
    const command = join(project, 'node_modules', 'handful', 'dist', 'handful.js');
    await access(command, constants.X_OK);
    expect(await readFile(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect((await run(process.execPath, [command, '--version'])).stdout).toBe(`${version}\n`);
  });

  describe('without a binary that runs', () => {
    const script = `
      const warnings = [];
      process.on('warning', ({ code, message }) => warnings.push({ code, message }));
      const { backendInfo, KMeans } = require('handful');
      const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };
      const fit = () => new KMeans({ nClusters: 2, randomState: 0 }).fit(X);
      fit().then(fit).then(({ inertia }) => {
        const { backend } = backendInfo();
        setImmediate(() => console.log(JSON.stringify({ backend, inertia, warnings })));
      });`;
    const warning = { code: 'JAVASCRIPT_BACKEND' };

    /** What the script says where the package brings these binaries, by their paths. */
    async function answerWith(binaries: Record<string, string>, backend = ''): Promise<unknown> {
      const place = await mkdtemp(join(project, 'spoiled-'));
      const installed = join(place, 'node_modules', 'handful');
      for (const part of ['package.json', 'addon.cjs', 'dist']) {
        await cp(join(project, 'node_modules', 'handful', part), join(installed, part), { recursive: true });
      }
      for (const [path, content] of Object.entries(binaries)) {
        await mkdir(dirname(join(installed, path)), { recursive: true });
        await writeFile(join(installed, path), content);
      }
      const file = join(place, 'script.cjs');
      await writeFile(file, script);
      const env = { ...process.env, HANDFUL_BACKEND: backend, PREBUILDS_ONLY: '' };
      return JSON.parse((await run(process.execPath, [file], { env })).stdout);
    }

    it('computes in JavaScript, and warns once of what is missing and how to mend it', async () => {
      const platform = `${process.platform}-${process.arch}`;
      expect(await answerWith({})).toEqual({
        backend: 'javascript',
        inertia: 1,
        warnings: [{ ...warning, message: expect.stringContaining(`no binary for ${platform}`) }],
      });
    });

    it('names the binary that is there and does not load, and the command that builds another', async () => {
      const broken = join('build', 'Release', 'handful.node');
      expect(await answerWith({ [broken]: 'no library' })).toEqual({
        backend: 'javascript',
        inertia: 1,
        warnings: [
          {
            ...warning,
            message: expect.stringMatching(/handful\.node can't be loaded: .*npx handful build-native/),
          },
        ],
      });
    });

    it('says nothing where JavaScript was asked for', async () => {
      expect(await answerWith({}, 'javascript')).toEqual({ backend: 'javascript', inertia: 1, warnings: [] });
    });
  });

  it('has types for import and for require', async () => {
    const script = `
      const X: Matrix = { data: new Uint8Array(4), shape: [2, 2], scale: 1 / 255 };
      export async function use(): Promise<Float32Array> {
        const regression = await new LogisticRegression<string>({ C: 2 }).fit(X, ['a', 'b']);
        // @ts-expect-error a misspelled option
        new MiniBatchKMeans({ nCluster: 3 });
        return regression.coef.data;
      }`;
    const names = 'LogisticRegression, type Matrix, MiniBatchKMeans';
    await writeFile(join(project, 'import.mts'), `import { ${names} } from 'handful';${script}`);
    await writeFile(join(project, 'require.cts'), `import { ${names} } from 'handful';${script}`);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const files = ['import.mts', 'require.cts'].map((file) => join(project, file));
    const typeRoots = ['--typeRoots', tool('@types')];
    const compiler = [tool('typescript/bin/tsc'), ...options, ...typeRoots, ...files];
    const complaints = await run(process.execPath, compiler, { cwd: project }).catch((error) => error);
    expect(complaints.stdout).toBe('');
  });
});
