import { formatContactSheet, formatPng } from '../contact-sheet.ts';
import type { Picture } from '../picture.ts';
import { type Html, html } from './html.ts';

/** A picture inside the page. @param alt what it shows; empty where the text beside it says so */
export function image(picture: Picture, alt: string, zoom = 1): Html {
  return pngImage(formatPng(picture), picture.width * zoom, picture.height * zoom, alt);
}

/** Pictures of one size side by side, as a single image. */
export function strip(pictures: readonly Picture[], alt: string): Html {
  const sheet = formatContactSheet(pictures, { columns: pictures.length, zoom: 1, margin: 0 });
  const [{ width, height }] = pictures as [Picture];
  return pngImage(sheet, width * pictures.length, height, alt);
}

function pngImage(png: Uint8Array, width: number, height: number, alt: string): Html {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return html`<img src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}
