import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandfulError } from '../../lib/core/errors.ts';
import { printable, printableLines } from '../../lib/core/printable.ts';
import { drawChart } from '../../lib/report/kit/chart.ts';
import { escapeHtml } from '../../lib/report/kit/html.ts';
import { formatMarkdownTable, formatTable } from '../../lib/report/kit/table.ts';

/** Control characters, marks of direction, halves of surrogate pairs, what XML 1.0 forbids, and what does no harm. */
const harmful = fc.constantFrom(
  ...['\x00', '\x07', '\b', '\v', '\x1b', '\x7f', '\x85', '\x9b', '\u061c', '\u200e', '\u200f', '\u202e'],
  ...['\u2066', '\u2069', '\ud800', '\udfff', '\ufffe', '\uffff'],
);
const harmless = fc.constantFrom('a', 'é', '猫', '😀', 'ش', '<', '`', '|', '"');
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Bidi_Control}\ufffe\uffff]/u;

describe('printable', () => {
  it('shows each character that does harm as U+FFFD, and all others as they are', () => {
    fc.assert(
      fc.property(harmless, harmful, harmless, (before, bad, after) => {
        expect(printable(before + bad + after)).toBe(`${before}\ufffd${after}`);
        expect(printable(before + after)).toBe(before + after);
      }),
    );
    expect(printable('a\r\n\tb')).toBe('a   b');
    expect(printableLines('a\nb\x1b')).toBe('a\nb\ufffd');
  });

  it('is what tables, pages and charts show of a name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(harmful, harmless), { minLength: 1 }), async (parts) => {
        const name = parts.join('');
        const columns = [{ title: name, align: 'left' as const }];
        for (const format of [formatTable, formatMarkdownTable]) {
          expect(format(columns, [[name]]).replaceAll('\n', '')).not.toMatch(FORBIDDEN);
        }
        expect(escapeHtml(name)).not.toMatch(FORBIDDEN);
        const chart = await drawChart({
          kind: 'chart',
          description: name,
          plot: (Plot) => ({
            y: { type: 'point', domain: [name] },
            marks: [Plot.dot([{ name }], { x: () => 1, y: 'name', title: 'name' })],
          }),
        });
        expect(chart.text.replaceAll('\n', '')).not.toMatch(FORBIDDEN);
      }),
      { numRuns: 30 },
    );
  });
});

describe('HandfulError', () => {
  it('has a message of at most 2,000 characters, with both ends of a longer one', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (length) => {
        const { message } = new HandfulError('ERR_FILE', `begins ${'x'.repeat(length)} ends`);
        expect(message.length).toBeLessThanOrEqual(2000);
        expect(message).toMatch(/^begins .* ends$/);
      }),
    );
  });
});
