import type { ClassLabel } from '../core/class-labels.ts';
import type { LinearParts, ModelParts, NeighborParts, PatchParts } from './model-parts.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx-format.ts';

/** Divided by instead of 0, where 0 / 0 is to be 0. */
const TINY = 1e-30;

/** Values of a graph, by their names. */
type Name = string;

/** Puts nodes and constants together, and names what comes out of each. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: Record<Name, OnnxTensor> = {};

  floats(name: Name, data: ArrayLike<number>, ...shape: number[]): Name {
    this.constants[name] = { data: data instanceof Float32Array ? data : Float32Array.from(data), shape };
    return name;
  }

  integers(name: Name, data: ArrayLike<number>, ...shape: number[]): Name {
    this.constants[name] = { data: BigInt64Array.from(Array.from(data, BigInt)), shape };
    return name;
  }

  strings(name: Name, data: readonly string[]): Name {
    this.constants[name] = { data, shape: [data.length] };
    return name;
  }

  /** The only output of a step. */
  step(operator: string, inputs: readonly Name[], attributes?: OnnxNode['attributes'], output?: Name): Name {
    const name = output ?? `${operator}_${this.nodes.length}`;
    this.nodes.push({ operator, inputs, outputs: [name], attributes });
    return name;
  }

  /** The largest of a list, and where they are, largest first. */
  topK(values: Name, k: number): { indices: Name } {
    const count = this.integers('neighbors.k', [k], 1);
    this.nodes.push({
      operator: 'TopK',
      inputs: [values, count],
      outputs: ['neighbors.scores', 'neighbors.indices'],
      attributes: { axis: 1, largest: 1, sorted: 1 },
    });
    return { indices: 'neighbors.indices' };
  }

  reshape(value: Name, ...shape: number[]): Name {
    return this.step('Reshape', [value, this.integers(`shape_${this.nodes.length}`, shape, shape.length)]);
  }
}

/**
 * A model as a graph of ONNX's standard operators: from the values of rows (input `X`, floats, rows x columns, as
 * `data * scale` gives them) to `probabilities` (rows x classes) and `label`.
 */
export function onnxGraph(parts: ModelParts): Pick<OnnxModel, 'inputs' | 'outputs' | 'constants' | 'nodes'> {
  const { classes, columns, patches, projection, neighbors, regression } = parts;
  const graph = new GraphBuilder();
  let value: Name = 'X';
  if (patches) value = describe(graph, value, patches);
  if (projection) value = normalize(graph, linear(graph, 'projection', value, projection));
  if (neighbors) meanOfNeighbors(graph, value, neighbors, classes.length);
  else {
    const scores = linear(graph, 'regression', value, regression!);
    graph.step('Softmax', [scores], { axis: 1 }, 'probabilities');
  }
  const best = graph.step('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 });
  graph.step('Gather', [namesOf(graph, classes), best], { axis: 0 }, 'label');
  return {
    inputs: [{ name: 'X', type: 'float', shape: ['rows', columns] }],
    outputs: [
      { name: 'label', type: typeof classes[0] === 'number' ? 'int64' : 'string', shape: ['rows'] },
      { name: 'probabilities', type: 'float', shape: ['rows', classes.length] },
    ],
    constants: graph.constants,
    nodes: graph.nodes,
  };
}

function namesOf(graph: GraphBuilder, classes: readonly ClassLabel[]): Name {
  return typeof classes[0] === 'number'
    ? graph.integers('classes', classes as number[], classes.length)
    : graph.strings('classes', classes as string[]);
}

/** Sums of the patches' activations over the cells of a grid; see `PatchFeatures`. */
function describe(graph: GraphBuilder, images: Name, parts: PatchParts): Name {
  const { mean, whitening, centers, contrastEpsilon, gridSize, squareRoot } = parts;
  const depth = mean.length;
  const nClusters = centers.length / depth;
  const { places, cells } = patchPlaces(parts);
  const last = { axes: [-1], keepdims: 1 };

  const gathered = graph.step('Gather', [images, graph.integers('patches.places', places, places.length)], {
    axis: 1,
  });
  const patches = graph.reshape(gathered, -1, depth);
  const centered = graph.step('Sub', [patches, graph.step('ReduceMean', [patches], last)]);
  const variance = graph.step('ReduceMean', [graph.step('Mul', [centered, centered])], last);
  const epsilon = graph.floats('patches.contrastEpsilon', [contrastEpsilon], 1);
  const deviation = graph.step('Sqrt', [graph.step('Add', [variance, epsilon])]);
  const normalized = graph.step('Div', [centered, deviation]);
  const shifted = graph.step('Sub', [normalized, graph.floats('patches.mean', mean, depth)]);
  const whitened = graph.step('MatMul', [
    shifted,
    graph.floats('patches.whitening', transposed(whitening, depth, depth), depth, depth),
  ]);

  // |w - c|² = |w|² - 2 w·c + |c|², of which rounding may leave a little less than 0.
  const dots = graph.step(
    'Gemm',
    [
      whitened,
      graph.floats(
        'patches.centers',
        centers.map((each) => -2 * each),
        nClusters,
        depth,
      ),
      graph.floats('patches.squaredNorms', squaredNorms(centers, depth), nClusters),
    ],
    { transB: 1 },
  );
  const squared = graph.step('Add', [dots, graph.step('ReduceSumSquare', [whitened], last)]);
  const distances = graph.step('Sqrt', [graph.step('Relu', [squared])]);
  const nearness = graph.step('Sub', [graph.step('ReduceMean', [distances], last), distances]);
  const activations = graph.reshape(graph.step('Relu', [nearness]), -1, places.length / depth, nClusters);

  const count = gridSize * gridSize;
  const summed = graph.step('MatMul', [
    graph.floats('patches.cells', cells, count, cells.length / count),
    activations,
  ]);
  const features = squareRoot ? graph.step('Sqrt', [summed]) : summed;
  return graph.reshape(features, -1, count * nClusters);
}

/** For each value of each patch its column, and for each cell of the grid which patches are in it: 1, else 0. */
function patchPlaces({ geometry, gridSize }: PatchParts): { places: Int32Array; cells: Float32Array } {
  const { height, width, channels, patchSize, stride } = geometry;
  const down = Math.floor((height - patchSize) / stride) + 1;
  const across = Math.floor((width - patchSize) / stride) + 1;
  const places: number[] = [];
  const cells = new Float32Array(gridSize * gridSize * down * across);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const cell = Math.floor((y * gridSize) / down) * gridSize + Math.floor((x * gridSize) / across);
      cells[cell * down * across + y * across + x] = 1;
      for (let line = 0; line < patchSize; line++) {
        const first = ((y * stride + line) * width + x * stride) * channels;
        for (let i = 0; i < patchSize * channels; i++) places.push(first + i);
      }
    }
  }
  return { places: Int32Array.from(places), cells };
}

function linear(graph: GraphBuilder, name: Name, rows: Name, { coef, intercept, center }: LinearParts): Name {
  const [outputs, inputs] = [intercept.length, center.length];
  const isCentered = center.some((each) => each !== 0);
  const centered = isCentered
    ? graph.step('Sub', [rows, graph.floats(`${name}.center`, center, inputs)])
    : rows;
  return graph.step(
    'Gemm',
    [
      centered,
      graph.floats(`${name}.coef`, coef, outputs, inputs),
      graph.floats(`${name}.intercept`, intercept, outputs),
    ],
    { transB: 1 },
  );
}

/** Rows of length 1; zeros stay. */
function normalize(graph: GraphBuilder, rows: Name): Name {
  const length = graph.step('ReduceL2', [rows], { axes: [1], keepdims: 1 });
  return graph.step('Div', [rows, atLeastTiny(graph, length)]);
}

function atLeastTiny(graph: GraphBuilder, value: Name): Name {
  return graph.step('Max', [value, graph.floats('tiny', [TINY], 1)]);
}

/** The distributions of the nearest rows, each weighing exp(-d² / D²); see `LabelSpreading`. */
function meanOfNeighbors(
  graph: GraphBuilder,
  queries: Name,
  { rows, distributions, nNeighbors }: NeighborParts,
  width: number,
): Name {
  const count = distributions.length / width;
  const columns = rows.length / count;
  const known = graph.floats('neighbors.rows', rows, count, columns);
  // The nearest are those of the largest q·r - |r|² / 2.
  const halves = squaredNorms(rows, columns).map((norm) => -norm / 2);
  const scores = graph.step('Gemm', [queries, known, graph.floats('neighbors.norms', halves, count)], {
    transB: 1,
  });
  const { indices } = graph.topK(scores, Math.min(nNeighbors, count));

  // Their distances by differences: what cancels above would show in the weights.
  const nearest = graph.step('Gather', [known, indices], { axis: 0 });
  const query = graph.reshape(queries, -1, 1, columns);
  const squared = graph.step('ReduceSumSquare', [graph.step('Sub', [query, nearest])], {
    axes: [2],
    keepdims: 1,
  });
  const farthest = graph.step('ReduceMax', [squared], { axes: [1], keepdims: 1 });
  const ratio = graph.step('Div', [squared, atLeastTiny(graph, farthest)]);
  const weights = graph.step('Exp', [graph.step('Neg', [ratio])]);

  const each = graph.step(
    'Gather',
    [graph.floats('neighbors.distributions', distributions, count, width), indices],
    { axis: 0 },
  );
  const axis = graph.integers('axis', [1], 1);
  const weighted = graph.step('Mul', [weights, each]);
  const sums = graph.step('ReduceSum', [weighted, axis], { keepdims: 0 });
  const total = graph.step('ReduceSum', [sums, axis], { keepdims: 1 });
  return graph.step('Div', [sums, atLeastTiny(graph, total)], undefined, 'probabilities');
}

/** For each of some vectors side by side its squared length. */
function squaredNorms(vectors: Float32Array, columns: number): Float64Array {
  return Float64Array.from({ length: vectors.length / columns }, (_, row) =>
    vectors.subarray(row * columns, (row + 1) * columns).reduce((sum, each) => sum + each * each, 0),
  );
}

function transposed(matrix: ArrayLike<number>, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!,
  );
}
