import { WriteStream } from 'node:tty';
import { shorten } from './names.ts';
import type { Picture } from './picture.ts';

/** What a terminal can show: half blocks in any colour or in 256 of them, or plain characters. */
export const TERMINAL_COLORS = ['truecolor', '256', 'ascii'] as const;

export type TerminalColors = (typeof TERMINAL_COLORS)[number];

/**
 * What the terminal behind `stream` can show, by Node's own rules over `COLORTERM`, `TERM`, `NO_COLOR` and
 * `FORCE_COLOR`; plain characters where it is no terminal, unless `FORCE_COLOR` asks for more.
 */
export function terminalColors(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): TerminalColors {
  if (!stream.isTTY && environment.FORCE_COLOR === undefined) return 'ascii';
  const bits = WriteStream.prototype.getColorDepth(environment);
  if (bits === 1) return 'ascii';
  // Terminals that admit to 16 colours take the codes of the 256 all the same.
  return bits >= 24 ? 'truecolor' : '256';
}

/** A picture and the line under it. */
export interface CaptionedPicture {
  picture: Picture;
  caption: string;
}

export interface TerminalLayout {
  colors: TerminalColors;
  /** Characters in a line of the terminal. */
  width: number;
  /** Pictures side by side; as many as the width has room for where left out. */
  columns?: number;
}

/** Empty characters between pictures side by side. */
const GAP = 2;

/** The pictures as text, side by side, captions under them; a character is one pixel wide and two high. */
export function drawPictures(
  pictures: readonly CaptionedPicture[],
  { colors, width, columns }: TerminalLayout,
): string {
  const cell = Math.max(...pictures.map(({ picture }) => picture.width));
  const abreast = columns ?? Math.max(1, Math.floor((width + GAP) / (cell + GAP)));
  const bands: string[] = [];
  for (let i = 0; i < pictures.length; i += abreast) {
    bands.push(drawBand(pictures.slice(i, i + abreast), cell, colors));
  }
  return bands.join('\n');
}

/** Pictures side by side. */
function drawBand(pictures: readonly CaptionedPicture[], cell: number, colors: TerminalColors): string {
  const drawn = pictures.map(({ picture }) => drawLines(picture, colors));
  const height = Math.max(...drawn.map(({ length }) => length));
  const lines: string[] = [];
  for (let i = 0; i < height; i++) {
    // Escapes have no width, so that padding must count pixels.
    const cells = drawn.map((picture, j) => {
      const missing = picture[i] === undefined ? cell : cell - pictures[j]!.picture.width;
      return (picture[i] ?? '') + ' '.repeat(missing);
    });
    lines.push(cells.join(' '.repeat(GAP)));
  }
  const captions = pictures.map(({ caption }) => shorten(caption, cell).padEnd(cell));
  lines.push(captions.join(' '.repeat(GAP)).trimEnd(), '');
  return lines.join('\n');
}

type Color = readonly [red: number, green: number, blue: number];

function drawLines(picture: Picture, colors: TerminalColors): string[] {
  const lines: string[] = [];
  for (let y = 0; y < picture.height; y += 2) {
    lines.push(colors === 'ascii' ? drawCharacters(picture, y) : drawHalfBlocks(picture, y, colors));
  }
  return lines;
}

/** Two rows of pixels as half blocks: the upper one is the colour of the block, the lower one that behind it. */
function drawHalfBlocks(picture: Picture, y: number, colors: 'truecolor' | '256'): string {
  let line = '';
  let current = '';
  for (let x = 0; x < picture.width; x++) {
    const lower = y + 1 < picture.height ? `48;${colorCode(pixel(picture, x, y + 1), colors)}` : '49';
    const code = `\x1b[38;${colorCode(pixel(picture, x, y), colors)};${lower}m`;
    line += code === current ? '▀' : `${code}▀`;
    current = code;
  }
  return `${line}\x1b[0m`;
}

/** From dark to light. */
const RAMP = ' .:-=+*#%@';

/** Two rows of pixels as characters that are the denser the lighter both are on average. */
function drawCharacters(picture: Picture, y: number): string {
  let line = '';
  for (let x = 0; x < picture.width; x++) {
    const upper = lightness(pixel(picture, x, y));
    const lower = y + 1 < picture.height ? lightness(pixel(picture, x, y + 1)) : upper;
    line += RAMP[Math.min(RAMP.length - 1, Math.floor(((upper + lower) / 2 / 256) * RAMP.length))];
  }
  return line;
}

function pixel({ width, channels, data }: Picture, x: number, y: number): Color {
  const at = (y * width + x) * channels;
  return channels === 1 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!];
}

/** How light a colour looks, 0 to 255, with the weights of ITU-R BT.601. */
function lightness([red, green, blue]: Color): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function colorCode(color: Color, colors: 'truecolor' | '256'): string {
  return colors === 'truecolor' ? `2;${color.join(';')}` : `5;${paletteIndex(color)}`;
}

/** The brightness of the six steps of each colour in the palette's cube of 6 x 6 x 6. */
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

/** The colour's place in the 256-colour palette of xterm: greys have 24 steps of their own beside the cube. */
function paletteIndex([red, green, blue]: Color): number {
  if (red === green && green === blue && red > 3 && red < 247) {
    return 232 + Math.min(23, Math.max(0, Math.round((red - 8) / 10)));
  }
  const [r, g, b] = [red, green, blue].map(nearestStep) as [number, number, number];
  return 16 + 36 * r + 6 * g + b;
}

function nearestStep(value: number): number {
  const distances = CUBE_STEPS.map((step) => Math.abs(step - value));
  return distances.indexOf(Math.min(...distances));
}
