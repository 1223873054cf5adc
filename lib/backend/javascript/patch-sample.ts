import type { PatchLearningOptions } from '../../../binding.d.ts';
import type { RandomState } from '../../core/random-state.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { center, PatchPlaces } from './patch-geometry.ts';
import type { Rows } from './rows.ts';

const DRAWS_FOR_EACH = 10;

/**
 * Up to `nPatches` patches with contrast, each of mean 0 and divided by sqrt(variance + `contrastEpsilon`), row after
 * row: the same, to the bit, as the addon learns from.
 */
export async function samplePatches(
  job: SlicedJob,
  x: Rows,
  options: PatchLearningOptions,
  random: RandomState,
): Promise<Float32Array> {
  const { nPatches, minContrast, contrastEpsilon } = options;
  const places = new PatchPlaces(options);
  const { count, across, depth } = places;
  const all = x.rows * count;
  const takesAll = all <= nPatches;
  const draws = takesAll ? all : DRAWS_FOR_EACH * nPatches;
  const patches = withMemory(() => new Float32Array(Math.min(all, nPatches) * depth));
  const patch = new Float64Array(depth);
  let filled = 0;
  for (let draw = 0; draw < draws && filled < patches.length; draw++) {
    if (job.isDue) await job.pause({ phase: 'sample', done: draw, total: draws });
    const image = takesAll ? Math.floor(draw / count) : random.randint(0, x.rows);
    const position = takesAll ? draw % count : random.randint(0, count);
    places.copy(x, image, Math.floor(position / across), position % across, patch);
    const variance = center(patch) * x.scale * x.scale;
    if (!(variance > minContrast * minContrast)) continue;
    const factor = x.scale / Math.sqrt(variance + contrastEpsilon);
    for (let i = 0; i < depth; i++) patches[filled++] = patch[i] * factor;
  }
  return patches.slice(0, filled);
}
