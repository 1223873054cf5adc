import type { ImageGeometry } from '../../core/image-geometry.ts';
import type { LogisticRegression } from '../../estimators/logistic-regression.ts';
import { type Html, html } from '../kit/html.ts';
import { image } from '../kit/image.ts';
import type { Picture } from '../kit/picture.ts';

type Color = readonly [red: number, green: number, blue: number];

/** Blue speaks for a class, orange against it: told apart by people who can't tell red from green. */
const FOR: Color = [0, 84, 150];
const AGAINST: Color = [196, 78, 0];
const NEITHER: Color = [255, 255, 255];

/** The weights of a regression on pixels as an image for each class, all on one scale. */
export function weightImages(
  { coef, classes }: LogisticRegression<number>,
  classNames: readonly string[],
  { height, width }: ImageGeometry,
): Html {
  const largest = coef.data.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const items = classes.map((label, row) => {
    const weights = coef.data.subarray(row * width * height, (row + 1) * width * height);
    const picture: Picture = { width, height, channels: 3, data: paint(weights, largest) };
    return html`<li>${image(picture, `Weights of the pixels for ${classNames[label]!}`, 4)}${classNames[label]}</li>`;
  });
  return html`<ul class="weights">${items}</ul>`;
}

/** @param largest weight that has the full colour; a root brings out the small ones */
function paint(weights: ArrayLike<number>, largest: number): Uint8Array {
  const pixels = new Uint8Array(3 * weights.length);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    const strength = largest > 0 ? Math.sqrt(Math.abs(weight) / largest) : 0;
    const color = weight > 0 ? FOR : AGAINST;
    for (let c = 0; c < 3; c++) {
      pixels[3 * i + c] = Math.round(NEITHER[c]! + strength * (color[c]! - NEITHER[c]!));
    }
  }
  return pixels;
}
