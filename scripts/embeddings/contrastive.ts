import { createAdam } from "./adam.ts";
import { createRandom } from "./random.ts";

/** Texts as places of words in the vocabulary; pairs of each kind lie side by side. */
export interface TrainingSet {
  readonly wordCount: number;
  /** How strongly a word counts before training has its say. */
  readonly weights: Float32Array;
  readonly kinds: readonly {
    readonly share: number;
    readonly left: readonly Int32Array[];
    readonly right: readonly Int32Array[];
  }[];
}

export interface TrainOptions {
  readonly dimensions: number;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  readonly onStep?: (step: number, loss: number) => void;
}

const TEMPERATURE = 0.06;
const DROPOUT = 0.1;
/** Neighbours drawn together: tools of one server, each a hard negative of the others. */
const RUN = 8;
const RATE = 0.004;
const WARM_UP = 200;

/**
 * One vector for each word, such that the sums over two texts that mean the same point the same way
 * (symmetric InfoNCE over a batch, Adam). A vector's length is the word's weight. Row by row.
 */
export function trainVectors(set: TrainingSet, options: TrainOptions): Float32Array {
  const { dimensions, steps, batch, seed } = options;
  const random = createRandom(seed);
  const vectors = initialVectors(set, dimensions, random);
  const gradient = new Float32Array(vectors.length);
  const adam = createAdam(vectors, dimensions);
  for (let step = 1; step <= steps; step++) {
    const pairs = drawBatch(set, batch, random);
    const left = embed(pairs.left, vectors, dimensions);
    const right = embed(pairs.right, vectors, dimensions);
    const loss = contrast(left, right, pairs, dimensions);
    gradient.fill(0);
    spread(left, pairs.left, gradient, dimensions);
    spread(right, pairs.right, gradient, dimensions);
    adam(gradient, rateAt(step, steps));
    options.onStep?.(step, loss);
  }
  return vectors;
}

function initialVectors(
  { wordCount, weights }: TrainingSet,
  dimensions: number,
  random: () => number,
): Float32Array {
  const vectors = new Float32Array(wordCount * dimensions);
  for (let at = 0; at < vectors.length; at++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    vectors[at] = (normal * (weights[Math.floor(at / dimensions)] ?? 0)) / Math.sqrt(dimensions);
  }
  return vectors;
}

interface Batch {
  readonly left: readonly Int32Array[];
  readonly right: readonly Int32Array[];
}

function drawBatch({ kinds }: TrainingSet, size: number, random: () => number): Batch {
  const left: Int32Array[] = [];
  const right: Int32Array[] = [];
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  while (left.length < size) {
    let ticket = random() * total;
    const kind = kinds.find(({ share }) => (ticket -= share) < 0) ?? kinds.at(-1);
    if (kind === undefined) throw new Error("nothing to train on");
    const start = Math.floor(random() * kind.left.length);
    for (let at = start; at < start + RUN && at < kind.left.length && left.length < size; at++) {
      left.push(dropped(kind.left[at], random));
      right.push(dropped(kind.right[at], random));
    }
  }
  return { left, right };
}

function dropped(text: Int32Array = new Int32Array(), random: () => number): Int32Array {
  const kept = text.filter(() => random() >= DROPOUT);
  return kept.length > 0 ? kept : text;
}

interface Embedded {
  /** Unit vectors, row by row; after `contrast`, their gradients are in `slopes`. */
  readonly units: Float32Array;
  readonly norms: Float32Array;
  readonly slopes: Float32Array;
}

function embed(texts: readonly Int32Array[], vectors: Float32Array, dimensions: number): Embedded {
  const units = new Float32Array(texts.length * dimensions);
  const norms = new Float32Array(texts.length);
  for (const [row, text] of texts.entries()) {
    const at = row * dimensions;
    for (const word of text) {
      const from = word * dimensions;
      for (let d = 0; d < dimensions; d++) units[at + d]! += vectors[from + d]!;
    }
    let square = 1e-12;
    for (let d = 0; d < dimensions; d++) square += units[at + d]! ** 2;
    const norm = (norms[row] = Math.sqrt(square));
    for (let d = 0; d < dimensions; d++) units[at + d]! /= norm;
  }
  return { units, norms, slopes: new Float32Array(units.length) };
}

/** The mean loss; the gradients with respect to the unit vectors are added to `slopes`. */
function contrast(left: Embedded, right: Embedded, pairs: Batch, dimensions: number): number {
  const size = pairs.left.length;
  const scores = new Float32Array(size * size);
  scoreAll(left.units, right.units, scores, dimensions);
  maskDuplicates(pairs, scores);
  const slopes = new Float32Array(size * size);
  const loss =
    softmaxRows(scores, slopes, { size, stride: size, step: 1 }) +
    softmaxRows(scores, slopes, { size, stride: 1, step: size });
  accumulate(slopes, left.slopes, right.units, { size, dimensions, stride: size, step: 1 });
  accumulate(slopes, right.slopes, left.units, { size, dimensions, stride: 1, step: size });
  return loss / (2 * size);
}

function scoreAll(a: Float32Array, b: Float32Array, scores: Float32Array, dimensions: number) {
  const size = Math.sqrt(scores.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      const ai = i * dimensions;
      const bj = j * dimensions;
      for (let d = 0; d < dimensions; d += 4) {
        s0 += a[ai + d]! * b[bj + d]!;
        s1 += a[ai + d + 1]! * b[bj + d + 1]!;
        s2 += a[ai + d + 2]! * b[bj + d + 2]!;
        s3 += a[ai + d + 3]! * b[bj + d + 3]!;
      }
      scores[i * size + j] = (s0 + s1 + s2 + s3) / TEMPERATURE;
    }
  }
}

/** What has the same text as the positive is no negative. */
function maskDuplicates({ left, right }: Batch, scores: Float32Array): void {
  const size = left.length;
  for (const texts of [left, right]) {
    const places = Map.groupBy(texts.keys(), (at) => texts[at]?.join(" ") ?? "");
    for (const same of places.values()) {
      for (const i of same) for (const j of same) if (i !== j) scores[i * size + j] = -Infinity;
    }
  }
}

function softmaxRows(
  scores: Float32Array,
  slopes: Float32Array,
  { size, stride, step }: { size: number; stride: number; step: number },
): number {
  let loss = 0;
  const shares = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const start = row * stride;
    let most = -Infinity;
    for (let at = 0; at < size; at++) most = Math.max(most, scores[start + at * step]!);
    let sum = 0;
    for (let at = 0; at < size; at++) {
      sum += shares[at] = Math.exp(scores[start + at * step]! - most);
    }
    for (let at = 0; at < size; at++) {
      const target = at === row ? 1 : 0;
      slopes[start + at * step]! += (shares[at]! / sum - target) / (2 * size * TEMPERATURE);
    }
    loss -= Math.log(shares[row]! / sum + 1e-12);
  }
  return loss;
}

function accumulate(
  slopes: Float32Array,
  into: Float32Array,
  from: Float32Array,
  { size, dimensions, stride, step }: Record<"size" | "dimensions" | "stride" | "step", number>,
): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const slope = slopes[i * stride + j * step]!;
      if (Math.abs(slope) < 1e-7) continue;
      const to = i * dimensions;
      const at = j * dimensions;
      for (let d = 0; d < dimensions; d++) into[to + d]! += slope * from[at + d]!;
    }
  }
}

/** From the unit vectors' gradients to those of the words. */
function spread(
  { units, norms, slopes }: Embedded,
  texts: readonly Int32Array[],
  gradient: Float32Array,
  dimensions: number,
): void {
  const own = new Float32Array(dimensions);
  for (const [row, text] of texts.entries()) {
    const at = row * dimensions;
    let along = 0;
    for (let d = 0; d < dimensions; d++) along += slopes[at + d]! * units[at + d]!;
    for (let d = 0; d < dimensions; d++) {
      own[d] = (slopes[at + d]! - along * units[at + d]!) / norms[row]!;
    }
    for (const word of text) {
      const to = word * dimensions;
      for (let d = 0; d < dimensions; d++) gradient[to + d]! += own[d]!;
    }
  }
}

function rateAt(step: number, steps: number): number {
  const warm = Math.min(1, step / WARM_UP);
  return RATE * warm * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
}
