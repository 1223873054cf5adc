/**
 * What a number says as a name or a label: its shortest decimal form in the precision it is stored in, so that the 0.1
 * of a float32 is `'0.1'`. NaN says nothing: so people mark what has no label.
 * @param width bytes of the number as it is stored: 2, 4 or 8
 */
export function textOfNumber(value: number, width: 2 | 4 | 8): string {
  if (Number.isNaN(value)) return '';
  if (width === 8 || !Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const round = width === 4 ? Math.fround : roundToHalf;
  // 5 decimal digits tell any two halves apart, 9 any two singles.
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (round(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

function roundToHalf(value: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const step = 2 ** (exponent - 10);
  return Math.round(value / step) * step;
}
