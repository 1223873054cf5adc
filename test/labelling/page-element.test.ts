import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// The page's modules are typed for browsers, unlike the tests.
const page = new URL('../../lib/labelling/page/element.ts', import.meta.url).href;

const { document } = parseHTML('<html><body><p id="place"></p></body></html>');
beforeAll(() => {
  vi.stubGlobal('document', document);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Control characters, and what turns the reading direction. */
const HARMFUL = /[\p{Cc}\p{Bidi_Control}]/u;

const name = fc
  .array(
    fc.oneof(fc.constantFrom('\u202e', '\u2066', '\u200f', '\u0000', '\u001b', '\u0085', '\n'), fc.string()),
  )
  .map((parts) => parts.join(''));

describe('the labelling page', () => {
  it('shows a name with a direction mark in it with U+FFFD in its place', async () => {
    const { element } = await import(page);
    expect(element('span', { title: 'a\u202eb' }, 'cat\u202egnp.exe').outerHTML).toBe(
      '<span title="a\ufffdb">cat\ufffdgnp.exe</span>',
    );
  });

  it('shows no control character and no direction mark, in texts and attributes', async () => {
    const { element, show } = await import(page);
    const place = document.getElementById('place')!;
    fc.assert(
      fc.property(name, (text) => {
        show(place, text, element('img', { alt: text, title: text }));
        const image = place.querySelector('img')!;
        for (const shown of [place.textContent!, image.getAttribute('alt')!, image.getAttribute('title')!])
          expect(shown).not.toMatch(HARMFUL);
      }),
    );
  });
});
