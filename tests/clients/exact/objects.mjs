// The objects, each made of its number alone, so that they can be made again for the comparison.
const DIMENSIONS = 1536;
const EXPONENT = 0x7f80_0000;

/** What the object has as properties. */
export const propertiesOf = (number) => ({
  title: `Object ${number} – größer, 世界`,
  number,
  weight: number / 7,
  even: number % 2 === 0,
  made: new Date(Date.UTC(2000, 0, 1) + number * 1001),
  tags: [`tag ${number % 10}`, 'all'],
});

/** Its vector as a client takes it. */
export const vectorOf = (number) => Array.from(new Float32Array(vectorBits(number).buffer));

/**
 * The bits of its vector: pseudo-random, of every exponent (also below the normal numbers, and minus zero), but no infinity and no
 * not-a-number.
 */
export function vectorBits(number) {
  const bits = new Uint32Array(DIMENSIONS);
  let state = (number + 1) * 0x9e37_79b1 | 0;
  for (let i = 0; i < DIMENSIONS; i++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bits[i] = (state & EXPONENT) === EXPONENT ? state & ~EXPONENT : state;
  }

  bits[0] = 0x8000_0000;
  return bits;
}
