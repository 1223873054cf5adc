import { type Canvas, type Fabric, IMAGE_SIDE, type Outline } from './canvas.ts';

/** Uniform draws, taken one after the other, that settle how one garment looks. */
export class Style {
  readonly #draws: ArrayLike<number>;
  #next = 0;

  /** `draws` are numbers from 0 up to 1, at least {@link DRAWS_PER_GARMENT}. */
  constructor(draws: ArrayLike<number>) {
    this.#draws = draws;
  }

  /** A number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.#draws[this.#next++]!;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  /** One of the choices, all equally likely. */
  pick<T>(...choices: readonly T[]): T {
    return choices[Math.floor(this.between(0, choices.length))]!;
  }
}

/** No garment takes more draws than this, fabric, placement and blemishes included. */
export const DRAWS_PER_GARMENT = 48;

/** A kind of garment: how to paint one in the given style. */
interface Garment {
  name: string;
  paint: (canvas: Canvas, style: Style) => void;
}

const PATTERNS = ['plain', 'plain', 'plain', 'stripes', 'pinstripes', 'checks'] as const;

/** A fabric: a tone, light falling from a side and from above, a rounded surface, and perhaps a pattern. */
function fabricOf(style: Style, darkest = 0.35, lightest = 0.95): Fabric {
  const tone = style.between(darkest, lightest);
  const fromSide = style.between(-0.12, 0.12);
  const fromAbove = style.between(-0.12, 0.12);
  const roundness = style.between(0, 0.25);
  const pattern = style.pick(...PATTERNS);
  const depth = pattern === 'plain' ? 0 : style.between(0.04, 0.2);
  const period = style.between(2.2, 8);
  const phase = style.between(0, 1);
  const wave = (i: number) => depth * (4 * Math.abs(((i / period + phase) % 1) - 0.5) - 1);
  const rows = new Float32Array(IMAGE_SIDE);
  const columns = new Float32Array(IMAGE_SIDE);
  for (let i = 0; i < IMAGE_SIDE; i++) {
    const place = (2 * i + 1) / IMAGE_SIDE - 1;
    rows[i] = tone + fromAbove * place + (pattern === 'stripes' || pattern === 'checks' ? wave(i) : 0);
    columns[i] =
      fromSide * place -
      roundness * place * place +
      (pattern === 'pinstripes' || pattern === 'checks' ? wave(i) : 0);
  }
  return { rows, columns };
}

/** The outline whose right half, from top to bottom, is given; the left half mirrors it. */
function symmetric(...right: readonly number[]): Outline {
  const outline = [...right];
  for (let i = right.length - 2; i >= 0; i -= 2) outline.push(-right[i]!, right[i + 1]!);
  return outline;
}

function mirrored(outline: Outline): Outline {
  return outline.map((value, i) => (i % 2 === 0 ? -value : value));
}

function box(left: number, top: number, right: number, bottom: number): Outline {
  return [left, top, right, top, right, bottom, left, bottom];
}

/** A strip of the given width along a line from one point to another. */
export function strip(x0: number, y0: number, x1: number, y1: number, width: number): Outline {
  const scale = width / 2 / Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2);
  const [dx, dy] = [(y0 - y1) * scale, (x1 - x0) * scale];
  return [x0 + dx, y0 + dy, x1 + dx, y1 + dy, x1 - dx, y1 - dy, x0 - dx, y0 - dy];
}

/**
 * The cosine and sine of the angle whose half has the tangent `t`: by the four operations alone, which give the
 * same bits on every machine, as `Math.sin` need not.
 */
export function turn(t: number): [cosine: number, sine: number] {
  return [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
}

/** A band along the upper half of an ellipse about (0, y): a handle. */
function arch(y: number, radiusX: number, radiusY: number, width: number): Outline {
  const outer: number[] = [];
  const inner: number[] = [];
  for (let i = -4; i <= 4; i++) {
    const [up, right] = turn(i / 4);
    outer.push(right * radiusX, y - up * radiusY);
    inner.unshift(right * (radiusX - width), y - up * (radiusY - width));
  }
  return [...outer, ...inner];
}

/** The measures of a garment worn on the upper body; half widths where it is symmetric. */
interface Cut {
  neck: number;
  neckDepth: number;
  shoulder: number;
  chest: number;
  waist: number;
  hem: number;
  /** Where the hem is. */
  length: number;
  /** How far a sleeve reaches, none at 0. */
  sleeve: number;
  sleeveWidth: number;
  /** How far a sleeve points away from the body: the tangent of half its angle from straight down. */
  spread: number;
}

const SHOULDER_HEIGHT = -0.78;

function paintTop(canvas: Canvas, fabric: Fabric, cut: Cut): void {
  const { neck, neckDepth, shoulder, chest, waist, hem, length, sleeve, sleeveWidth, spread } = cut;
  if (sleeve > 0) {
    const [dy, dx] = turn(spread);
    const top = [shoulder - 0.04, SHOULDER_HEIGHT] as const;
    const cuff = [top[0] + dx * sleeve, top[1] + dy * sleeve] as const;
    const inner = sleeveWidth * 0.75;
    const right = [
      neck,
      -0.9,
      ...top,
      ...cuff,
      cuff[0] - dy * inner,
      cuff[1] + dx * inner,
      chest - 0.06,
      SHOULDER_HEIGHT + sleeveWidth + 0.2,
    ];
    canvas.fill(right, fabric, -0.05);
    canvas.fill(mirrored(right), fabric, -0.05);
  }
  const body = [
    ...[neck * 0.5, -0.9 + neckDepth * 0.8],
    ...[neck, -0.92],
    ...[shoulder, SHOULDER_HEIGHT],
    ...[chest, -0.4],
    ...[waist, 0.1],
    ...[hem, length],
  ];
  canvas.fill(symmetric(0, -0.9 + neckDepth, ...body, 0, length), fabric);
}

function shortSleeves(style: Style): Pick<Cut, 'sleeve' | 'sleeveWidth' | 'spread'> {
  return {
    sleeve: style.between(0.3, 0.6),
    sleeveWidth: style.between(0.24, 0.36),
    spread: style.between(0.23, 0.58),
  };
}

function longSleeves(style: Style): Pick<Cut, 'sleeve' | 'sleeveWidth' | 'spread'> {
  return {
    sleeve: style.between(1.2, 1.6),
    sleeveWidth: style.between(0.2, 0.32),
    spread: style.between(0.03, 0.15),
  };
}

const NO_SLEEVES = { sleeve: 0, sleeveWidth: 0, spread: 0 };

/** The body of a garment that hangs straight, as most tops do. */
function straightBody(style: Style, length: number): Omit<Cut, 'sleeve' | 'sleeveWidth' | 'spread'> {
  const chest = style.between(0.4, 0.54);
  return {
    neck: style.between(0.16, 0.28),
    neckDepth: style.between(0.06, 0.2),
    shoulder: chest + style.between(-0.02, 0.08),
    chest,
    waist: chest + style.between(-0.08, 0.04),
    hem: chest + style.between(-0.06, 0.1),
    length,
  };
}

function paintTShirt(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('crew neck', 'printed', 'sleeveless', 'loose');
  const cut: Cut = {
    ...straightBody(style, style.between(0.6, 0.92)),
    ...(look === 'sleeveless' ? NO_SLEEVES : shortSleeves(style)),
  };
  if (look === 'loose') {
    cut.hem += 0.14;
    cut.sleeveWidth += 0.1;
  }
  if (look === 'sleeveless') cut.neckDepth += style.between(0.05, 0.25);
  paintTop(canvas, fabric, cut);
  if (look === 'printed') {
    const [width, top, tall] = [
      style.between(0.12, 0.32),
      style.between(-0.4, -0.1),
      style.between(0.2, 0.5),
    ];
    canvas.fill(box(-width, top, width, top + tall), fabric, style.pick(-0.35, 0.35));
  }
}

function paintShirt(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('long', 'slim', 'rolled up', 'blouse');
  const cut: Cut = {
    ...straightBody(style, style.between(0.65, 0.95)),
    ...(look === 'blouse' ? shortSleeves(style) : longSleeves(style)),
  };
  if (look === 'rolled up') cut.sleeve *= 0.65;
  if (look === 'slim') cut.waist -= 0.1;
  if (look === 'blouse') cut.hem += 0.1;
  paintTop(canvas, fabric, cut);
  const contrast = style.between(0.05, 0.25) * style.pick(-1, 1);
  canvas.fill([0, -0.62, cut.neck, -0.95, cut.neck + 0.12, -0.8, 0.1, -0.5], fabric, contrast);
  canvas.fill([0, -0.62, -cut.neck, -0.95, -cut.neck - 0.12, -0.8, -0.1, -0.5], fabric, contrast);
  canvas.fill(box(-0.035, -0.6, 0.035, cut.length), fabric, -Math.abs(contrast));
}

function paintPullover(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('crew neck', 'turtle neck', 'hooded', 'banded');
  const cut: Cut = { ...straightBody(style, style.between(0.6, 0.9)), ...longSleeves(style) };
  paintTop(canvas, fabric, cut);
  const rib = style.between(0.05, 0.15);
  canvas.fill(box(-cut.hem, cut.length - 0.12, cut.hem, cut.length), fabric, -rib);
  if (look === 'turtle neck') canvas.fill(box(-cut.neck, -1, cut.neck, -0.78), fabric, -rib);
  if (look === 'hooded') {
    canvas.fill(symmetric(0, -1, cut.neck + 0.08, -0.92, cut.neck + 0.1, -0.7, 0, -0.5), fabric, -2 * rib);
  }
  if (look === 'banded') {
    const [top, tall] = [style.between(-0.4, 0.2), style.between(0.15, 0.35)];
    canvas.fill(box(-cut.waist, top, cut.waist, top + tall), fabric, style.pick(-0.3, 0.3));
  }
}

function paintCoat(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style, 0.25, 0.8);
  const look = style.pick('closed', 'open', 'belted', 'padded');
  const cut: Cut = { ...straightBody(style, style.between(0.75, 1)), ...longSleeves(style) };
  cut.hem += style.between(0, 0.1);
  paintTop(canvas, fabric, cut);
  const dark = style.between(0.12, 0.4);
  canvas.fill([0, -0.2, cut.neck, -0.92, cut.neck + 0.16, -0.78, 0.08, -0.1], fabric, dark / 2);
  canvas.fill([0, -0.2, -cut.neck, -0.92, -cut.neck - 0.16, -0.78, -0.08, -0.1], fabric, dark / 2);
  if (look === 'open') {
    const gap = style.between(0.05, 0.16);
    canvas.fill(symmetric(0, -0.85, cut.neck * 0.6, -0.85, gap, 0, gap, cut.length), fabric, -2 * dark);
  } else {
    canvas.fill(box(-0.03, -0.3, 0.03, cut.length), fabric, -dark);
  }
  if (look === 'belted') {
    canvas.fill(box(-cut.waist, 0.05, cut.waist, 0.18), fabric, -dark);
  }
  if (look === 'padded') {
    for (let y = -0.45; y < cut.length - 0.1; y += 0.3) {
      canvas.fill(box(-cut.chest, y, cut.chest, y + 0.07), fabric, -dark / 2);
    }
  }
}

function paintDress(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('sheath', 'flared', 'short-sleeved', 'long-sleeved');
  const chest = style.between(0.26, 0.42);
  const cut: Cut = {
    neck: style.between(0.12, 0.24),
    neckDepth: style.between(0.06, 0.35),
    shoulder: chest + style.between(-0.06, 0.04),
    chest,
    waist: chest - style.between(0, 0.1),
    hem: chest + (look === 'flared' ? style.between(0.15, 0.4) : style.between(-0.04, 0.14)),
    length: style.between(0.85, 1),
    ...NO_SLEEVES,
    ...(look === 'short-sleeved' && shortSleeves(style)),
    ...(look === 'long-sleeved' && longSleeves(style)),
  };
  paintTop(canvas, fabric, cut);
  if (style.chance(0.4)) canvas.fill(box(-cut.waist, 0, cut.waist, 0.1), fabric, style.pick(-0.3, 0.3));
}

function paintTrouser(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('straight', 'slim', 'wide', 'shorts');
  const waist = style.between(0.26, 0.38);
  const hip = waist + style.between(0.02, 0.12);
  const crotch = style.between(-0.5, -0.2);
  const length = look === 'shorts' ? style.between(0.3, 0.7) : style.between(0.85, 1);
  const hem = hip + { straight: 0, slim: -0.12, wide: 0.16, shorts: 0.08 }[look];
  const gap = look === 'slim' ? style.between(0.03, 0.1) : style.between(0.01, 0.14);
  canvas.fill(symmetric(0, -0.95, waist, -0.95, hip, crotch, hem, length, gap, length, 0, crotch), fabric);
  canvas.fill(box(-waist, -0.95, waist, -0.85), fabric, style.between(-0.25, 0.1));
}

/** Shoes show their side, the toe to the left; most of them, as in a catalogue. */
function facing(style: Style): (outline: Outline) => Outline {
  return style.chance(0.05) ? mirrored : (outline) => outline;
}

function paintSandal(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style, 0.4, 0.95);
  const look = style.pick('flat', 'heeled', 'wedge', 'closed heel');
  const face = facing(style);
  const ground = style.between(0.35, 0.6);
  const rise = look === 'flat' ? style.between(0, 0.12) : style.between(0.25, 0.7);
  const thick = style.between(0.08, 0.16);
  const fill = (outline: Outline, shift = 0) => canvas.fill(face(outline), fabric, shift);
  const heel = ground - rise;
  fill([
    -0.95,
    ground - thick,
    -0.3,
    ground - thick,
    0.85,
    heel - thick,
    0.9,
    heel,
    -0.2,
    ground,
    -0.95,
    ground,
  ]);
  if (look === 'heeled' || look === 'closed heel') fill(strip(0.82, heel, 0.78, ground, 0.12));
  if (look === 'wedge') fill([-0.3, ground, 0.9, heel, 0.85, ground], -0.1);
  const straps = style.pick(1, 2, 3);
  for (let i = 0; i < straps; i++) {
    const foot = -0.8 + 0.45 * i + style.between(0, 0.2);
    const height = style.between(0.2, 0.5) + 0.12 * i;
    fill(strip(foot, ground - thick, foot + style.between(0.1, 0.4), ground - height - thick, 0.13), 0.05);
  }
  const ankle = heel - style.between(0.35, 0.6);
  fill(strip(0.78, heel, 0.74, ankle, look === 'closed heel' ? 0.3 : 0.1));
  fill(strip(0.74, ankle + 0.05, style.between(-0.1, 0.3), ankle + style.between(0, 0.3), 0.1), 0.05);
}

function paintSneaker(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style, 0.35, 0.95);
  const look = style.pick('low', 'runner', 'slip-on', 'high');
  const face = facing(style);
  const ground = style.between(0.35, 0.6);
  const toe = style.between(0.28, 0.42);
  const height = look === 'high' ? style.between(0.8, 1.05) : style.between(0.55, 0.8);
  const opening = style.between(0.05, 0.3);
  const fill = (outline: Outline, shift = 0) => canvas.fill(face(outline), fabric, shift);
  fill([
    ...[0.85, ground - height],
    ...[0.6, ground - height + 0.12],
    ...[opening, ground - height + 0.02],
    ...[-0.35, ground - toe - 0.12],
    ...[-0.8, ground - toe],
    ...[-0.97, ground - toe * 0.4],
    ...[-0.95, ground],
    ...[0.92, ground],
  ]);
  fill(box(-0.96, ground - style.between(0.08, 0.18), 0.93, ground), style.between(-0.4, 0.5));
  if (look === 'runner') fill(strip(0.5, ground - 0.15, -0.05, ground - 0.5, 0.14), style.pick(-0.35, 0.35));
  if (look !== 'slip-on') fill(strip(opening, ground - height + 0.1, -0.4, ground - toe - 0.1, 0.1), -0.25);
}

function paintBoot(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style, 0.25, 0.8);
  const look = style.pick('flat', 'heeled', 'laced', 'elastic');
  const face = facing(style);
  const ground = style.between(0.6, 0.85);
  const rise = look === 'heeled' ? style.between(0.2, 0.4) : style.between(0.05, 0.12);
  const top = ground - style.between(1.1, 1.65);
  const front = style.between(-0.1, 0.15);
  const toe = style.between(0.25, 0.4);
  const fill = (outline: Outline, shift = 0) => canvas.fill(face(outline), fabric, shift);
  fill([
    ...[0.8, top],
    ...[front, top + style.between(-0.06, 0.06)],
    ...[front - 0.05, ground - rise - toe - 0.2],
    ...[-0.7, ground - toe],
    ...[-0.93, ground - toe * 0.4],
    ...[-0.92, ground],
    ...[-0.1, ground],
    ...[0.2, ground - rise],
    ...[0.85, ground - rise],
  ]);
  fill([0.4, ground - rise, 0.86, ground - rise, 0.82, ground, 0.45, ground], -0.15);
  fill(box(-0.94, ground - 0.08, 0.1, ground), -0.2);
  if (look === 'laced') fill(strip(front + 0.05, top + 0.1, -0.35, ground - toe - 0.1, 0.14), 0.3);
  if (look === 'elastic') fill([0.35, top + 0.05, 0.6, top + 0.05, 0.48, ground - rise - 0.35], -0.3);
}

function paintBag(canvas: Canvas, style: Style): void {
  const fabric = fabricOf(style);
  const look = style.pick('tote', 'clutch', 'shoulder', 'rucksack');
  const width = look === 'rucksack' ? style.between(0.5, 0.7) : style.between(0.65, 0.97);
  const top =
    { tote: -0.35, clutch: -0.35, shoulder: -0.1, rucksack: -0.75 }[look] + style.between(-0.15, 0.15);
  const bottom = look === 'clutch' ? style.between(0.3, 0.6) : style.between(0.65, 0.95);
  const slant = style.between(-0.15, 0.1);
  if (look !== 'clutch') {
    const radius = width * (look === 'rucksack' ? 0.35 : style.between(0.45, 0.85));
    canvas.fill(
      arch(top + 0.05, radius, Math.min(0.95 + top, 1) + 0.05, style.between(0.07, 0.14)),
      fabric,
      -0.1,
    );
  }
  canvas.fill(
    symmetric(
      0,
      top,
      width + slant - 0.05,
      top,
      width + slant,
      top + 0.1,
      width,
      bottom - 0.1,
      width - 0.1,
      bottom,
    ),
    fabric,
  );
  if (style.chance(0.6)) {
    const flap = top + (bottom - top) * style.between(0.3, 0.6);
    canvas.fill(symmetric(0, top, width + slant, top, width * 0.9, flap, 0, flap + 0.08), fabric, -0.12);
  }
  if (style.chance(0.4)) canvas.fill(box(-0.09, 0, 0.09, 0.16), fabric, style.pick(-0.4, 0.4));
}

/** The ten kinds, in the order of Fashion-MNIST's classes. */
export const GARMENTS: readonly Garment[] = [
  { name: 'T-shirt/top', paint: paintTShirt },
  { name: 'Trouser', paint: paintTrouser },
  { name: 'Pullover', paint: paintPullover },
  { name: 'Dress', paint: paintDress },
  { name: 'Coat', paint: paintCoat },
  { name: 'Sandal', paint: paintSandal },
  { name: 'Shirt', paint: paintShirt },
  { name: 'Sneaker', paint: paintSneaker },
  { name: 'Bag', paint: paintBag },
  { name: 'Ankle boot', paint: paintBoot },
];
