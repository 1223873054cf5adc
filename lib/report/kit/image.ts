import { formatContactSheet, formatPng } from './contact-sheet.ts';
import type { NamedPicture } from './document.ts';
import { type Html, html } from './html.ts';
import { type Picture, thumbnail } from './picture.ts';

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

/** Pixels that the pictures of a gallery are about as long as. */
const GALLERY_SIDE = 48;

/** Small pictures in lines that a narrow window breaks: to those who hear the page a single image of these names. */
export function gallery(pictures: readonly Required<NamedPicture>[]): Html {
  const images = pictures.map(({ picture, name }) => {
    const small = thumbnail(picture, GALLERY_SIDE);
    const zoom = Math.max(1, Math.floor(GALLERY_SIDE / Math.max(small.width, small.height)));
    return html`<span title="${name}">${image(small, '', zoom)}</span>`;
  });
  return html`<div class="gallery" role="img" aria-label="${pictures.map(({ name }) => name).join(', ')}">${images}</div>`;
}

function pngImage(png: Uint8Array, width: number, height: number, alt: string): Html {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return html`<img src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}
