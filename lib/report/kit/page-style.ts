/**
 * The colours of every report, in light and in dark. Text and rules in greys, one accent; series in Okabe and Ito's
 * colours, which people who can't tell red from green tell apart too, and never by colour alone.
 */
export const PALETTE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --muted: #5b6470; --rule: #d8dce1; --shade: #f4f6f8; --accent: #005f9e;
  --series-1: #0069a6; --series-2: #c04f00; --series-3: #007a57; --series-4: #a8467c; --series-5: #8a6500;
  --series-6: #4a5f7a; --series-7: #6a51a3; --series-8: #333a42; --bar-1: #9cc6e3; --bar-2: #cfe3f1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e9ec; --muted: #a0a8b2; --rule: #353b42; --shade: #1d2125; --accent: #6cb8f0;
    --series-1: #5fb4ef; --series-2: #f08a4b; --series-3: #3fc39a; --series-4: #e28fbb; --series-5: #e0b040;
    --series-6: #9fb2cc; --series-7: #b3a1e6; --series-8: #c9ced4; --bar-1: #2f6488; --bar-2: #23465d;
  }
}
`;

/** The style of every report. */
export const PAGE_STYLE = `${PALETTE}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif;
}
main, footer { max-width: 58rem; margin: 0 auto; padding: 0 1.25rem; overflow-wrap: break-word }
main { padding-top: 2.5rem }
header { margin-bottom: 2.25rem }
.kicker { margin: 0 0 .5rem; color: var(--muted); font-size: .9rem }
h1 { margin: 0 0 1rem; font-size: clamp(1.4rem, 1.1rem + 1.4vw, 1.9rem); line-height: 1.22; font-weight: 650;
  letter-spacing: -.015em; text-wrap: balance; max-width: 52rem }
h2 { margin: 3.25rem 0 .5rem; font-size: 1.2rem; line-height: 1.3; font-weight: 650 }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; font-weight: 650 }
p { margin: 0 0 .8rem; max-width: 44rem }
header p { font-size: 1.06rem }
header .kicker { font-size: .9rem }
.muted, figcaption, .notes p { color: var(--muted); font-size: .9rem }
a { color: var(--accent) }
code, pre { font: .9em/1.5 ui-monospace, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace }
pre { margin: 0 0 1rem; padding: .8rem 1rem; background: var(--shade); overflow-x: auto }
.notice { margin: 0 0 2rem; padding: .7rem 1rem; border: 2px solid currentColor; font-weight: 600; max-width: none }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }

.scroll { overflow-x: auto; margin: 0 0 1rem }
table { border-collapse: collapse; font-size: .925rem; font-variant-numeric: tabular-nums lining-nums }
caption { text-align: left; color: var(--muted); padding-bottom: .4rem }
.figures { width: 100%; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink) }
.figures th, .figures td { padding: .38rem 1.1rem .38rem 0; text-align: left; vertical-align: baseline;
  white-space: nowrap }
.figures :is(th, td):last-child { padding-right: 0 }
.figures .right { text-align: right }
.figures .long { white-space: normal; min-width: 16rem; overflow-wrap: anywhere }
.figures thead th { font-weight: 500; color: var(--muted); border-bottom: 1px solid var(--rule) }
.figures tbody th { font-weight: 600 }
.figures tbody tr + tr > * { border-top: 1px solid var(--rule) }

figure { margin: 0 0 1rem }
figcaption { max-width: 44rem }
.chart { color: var(--ink) }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; font-size: 12px }
.chart .narrow { display: none }
@media (max-width: 40rem) {
  .chart .narrow { display: block }
  .chart .wide { display: none }
}

img { image-rendering: pixelated; display: block }
.clusters { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .9rem 1.5rem;
  margin: 1rem 0; padding: 0; list-style: none }
.clusters li { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; padding-top: .6rem;
  border-top: 1px solid var(--rule); font-size: .85rem; line-height: 1.35; break-inside: avoid }
.clusters .strips { display: flex; flex-wrap: wrap; gap: .25rem .6rem; grid-column: 1 / -1; margin-top: .4rem }
.clusters figure { margin: 0 }
.clusters figcaption { font-size: .75rem }
.clusters b { display: block; font-weight: 600 }

.confusion { font-size: .8rem }
.confusion th { font-weight: 500; text-align: right; padding: .2rem .5rem .2rem 0; white-space: nowrap;
  max-width: 14rem; overflow: hidden; text-overflow: ellipsis }
.confusion tbody th { position: sticky; left: 0; background: var(--paper) }
.confusion thead th { vertical-align: bottom; text-align: left; padding: 0 0 .4rem }
.confusion thead th span { writing-mode: vertical-rl; transform: rotate(180deg); display: block; margin: 0 auto;
  max-height: 12rem; overflow: hidden; text-overflow: ellipsis }
.confusion td { min-width: 1.9rem; height: 1.9rem; padding: .15rem; text-align: center; vertical-align: middle;
  border: 1px solid var(--paper); -webkit-print-color-adjust: exact; print-color-adjust: exact;
  background: color-mix(in srgb, var(--series-2) calc(var(--share, 0) * 60%), var(--shade)) }
.confusion thead td { background: none }
.confusion td.right { background: color-mix(in srgb, var(--series-1) calc(var(--share, 0) * 30%), var(--shade));
  font-weight: 650 }
.pictured td { width: 3.2rem; height: 3.6rem; vertical-align: bottom }
.confusion img { width: 28px; height: 28px; object-fit: contain; margin: 0 auto .1rem }
.gallery { display: flex; flex-wrap: wrap; gap: 2px }
.examples { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1rem; align-items: start;
  font-size: .9rem; margin: 1rem 0 }
.examples dt { max-width: 18rem; overflow-wrap: anywhere } .examples dd { margin: 0; min-width: 0 }
.examples figure { display: inline-block; margin: 0 1.5rem .3rem 0; vertical-align: top } .examples p { margin: 0 }
.weights { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.2rem, 1fr)); gap: 1rem; margin: 1rem 0;
  padding: 0; list-style: none; font-size: .85rem }
.weights img { width: 100%; max-width: 112px; height: auto; border: 1px solid var(--rule) }
details { border-top: 1px solid var(--rule); padding: .5rem 0 }
details:last-of-type { border-bottom: 1px solid var(--rule) }
summary { cursor: pointer; font-weight: 600; padding: .15rem 0 }
.manifest { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0 0 1rem;
  font-size: .9rem }
.manifest dt { color: var(--muted) } .manifest dd { margin: 0; overflow-wrap: anywhere }
footer { margin-top: 3rem; padding-top: 1rem; padding-bottom: 2.5rem; color: var(--muted); font-size: .85rem }
@media (max-width: 40rem) {
  .confusion th { max-width: 7rem }
  .examples, .manifest { grid-template-columns: minmax(0, 1fr); gap: .1rem } .examples dd, .manifest dd { margin-bottom: .7rem }
}
@media print {
  details::details-content { content-visibility: visible; block-size: auto }
  body { font-size: 10pt } main, footer { max-width: none; padding: 0 }
  h2, h3, summary { break-after: avoid } figure, tr, .weights li, .examples > * { break-inside: avoid } .scroll { overflow: visible }
}
`;
