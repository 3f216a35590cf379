const BETA_1 = 0.9;
const BETA_2 = 0.99;

/**
 * Adam (Kingma and Ba, 2015) over rows of numbers: moves `vectors` against a gradient. Only rows that the
 * gradient touches move, as if each had a clock of its own.
 */
export function createAdam(vectors: Float32Array, dimensions: number) {
  const first = new Float32Array(vectors.length);
  const second = new Float32Array(vectors.length);
  const times = new Int32Array(vectors.length / dimensions);
  return (gradient: Float32Array, rate: number): void => {
    for (let word = 0; word < times.length; word++) {
      const at = word * dimensions;
      let isTouched = false;
      for (let d = 0; d < dimensions && !isTouched; d++) isTouched = gradient[at + d] !== 0;
      if (!isTouched) continue;
      const time = ++times[word]!;
      const c1 = 1 - BETA_1 ** time;
      const c2 = 1 - BETA_2 ** time;
      for (let d = 0; d < dimensions; d++) {
        const g = gradient[at + d]!;
        const m = (first[at + d] = BETA_1 * first[at + d]! + (1 - BETA_1) * g);
        const v = (second[at + d] = BETA_2 * second[at + d]! + (1 - BETA_2) * g * g);
        vectors[at + d]! -= (rate * (m / c1)) / (Math.sqrt(v / c2) + 1e-8);
      }
    }
  };
}
