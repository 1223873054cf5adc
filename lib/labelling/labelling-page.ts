/** The page that the server sends: empty, the script fills it. */
export const LABELLING_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>handful label</title>
<style>
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --muted: #5b6470; --rule: #d8dce1; --shade: #f4f6f8; --accent: #005f9e;
  --on-accent: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e6e9ec; --muted: #a0a8b2; --rule: #353b42; --shade: #1f2428; --accent: #6cb8f0;
    --on-accent: #10151a }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif }
header, main, footer { width: min(66rem, 100% - 2.5rem); margin-inline: auto }
header { display: grid; grid-template-columns: 1fr auto; gap: .25rem 2rem; align-items: end; padding-top: 1.25rem;
  padding-bottom: 1rem; border-bottom: 1px solid var(--rule) }
h1 { margin: 0; font-size: 1.05rem; font-weight: 650 }
h2 { margin: 0 0 .5rem; font-size: .95rem; font-weight: 650 }
h3 { margin: .5rem 0 .25rem; font-size: .8rem; font-weight: 500; color: var(--muted) }
progress { width: 100%; height: .5rem; accent-color: var(--accent); display: block; margin: .35rem 0 }
.count, .hint, .estimate p { margin: 0 }
.count, .hint, footer, .estimate p { color: var(--muted); font-size: .875rem }
.estimate { max-width: 26rem }
.estimate b { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.2 }
#trouble { margin: 1rem 0; padding: .6rem .9rem; border-left: 4px solid var(--accent); background: var(--shade) }
#one { display: grid; grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); gap: 2.5rem; padding: 1.5rem 0 .5rem }
figure { margin: 0 }
figcaption { margin-top: .5rem; color: var(--muted); font-size: .875rem }
figcaption b { color: var(--ink) } .name { overflow-wrap: anywhere }
img { display: block; image-rendering: pixelated; background: var(--shade); object-fit: contain }
img.large { width: 100%; aspect-ratio: 1; max-height: 20rem }
img.small { width: 3.5rem; height: 3.5rem }
.values { display: block; padding: 1rem; background: var(--shade); overflow-wrap: anywhere; max-height: 20rem; overflow: auto;
  font-variant-numeric: tabular-nums }
.values.few { padding: .3rem .4rem; font-size: .8rem; max-width: 6rem }
ul { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0; padding: 0; list-style: none }
li { font-size: .75rem; color: var(--muted); max-width: 4.5rem; overflow: hidden; text-overflow: ellipsis }
.buttons, #classes, #actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .9rem 0 .5rem }
button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule); border-radius: .4rem;
  padding: .4rem .75rem; min-height: 2.6rem; cursor: pointer; display: inline-flex; align-items: center; gap: .55rem }
button:hover:not(:disabled) { border-color: var(--accent) }
button:disabled { color: var(--muted); cursor: default }
button[aria-pressed=true], button[aria-current=true] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
#classes { padding-top: 1rem; border-top: 1px solid var(--rule) }
#classes button { background: var(--shade) }
#classes button[aria-pressed=true] { background: var(--accent); color: var(--on-accent) }
#classes button[aria-pressed=true] kbd { color: inherit }
kbd { font: .8em ui-monospace, 'DejaVu Sans Mono', monospace; color: var(--muted) }
form { display: inline-flex; gap: .5rem; align-items: center; flex-wrap: wrap }
label { color: var(--muted); font-size: .875rem }
input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--muted); border-radius: .4rem;
  padding: .4rem .6rem; min-height: 2.6rem; width: 12rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
#actions { margin: 0 }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; justify-content: space-between; align-items: center; margin: .5rem 0 }
#grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.2rem, 1fr)); gap: .5rem; margin: 1.25rem 0 }
.cell { flex-direction: column; gap: .2rem; padding: .4rem .2rem; font-size: .75rem; border-color: transparent }
.cell.done { background: var(--shade) } .cell span { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
footer { padding-top: 1rem; padding-bottom: 2rem; margin-top: 1.5rem }
@media (max-width: 44rem) {
  header { grid-template-columns: 1fr } #one { grid-template-columns: 1fr; gap: 1rem; padding-top: 1rem }
  img.large { max-height: 14rem; width: 14rem } kbd { display: none } img.small { width: 2.9rem; height: 2.9rem }
}
</style>
</head>
<body>
<header>
<div><h1 id="title">handful label</h1><progress id="bar" value="0" max="1" aria-label="Rows done"></progress>
<p class="count" id="count"></p></div>
<div class="estimate"><p>Estimated accuracy</p><b id="figure">–</b><p id="about"></p></div>
</header>
<main>
<p id="trouble" role="status">Starting</p>
<div id="work" hidden>
<div id="one"><figure id="pick"></figure><section id="cluster" aria-label="Its cluster"></section></div>
<div id="grid" role="group" aria-label="All rows to label"></div>
<div id="classes" role="group" aria-label="Classes"></div>
<div class="bar">
<form id="new"><label for="new-class">New class <kbd>/</kbd></label><input id="new-class" autocomplete="off" maxlength="100">
<button type="submit">Add, and label with it</button></form>
<div id="actions" role="group" aria-label="Other answers"></div>
<button id="toggle" type="button">As a grid</button>
</div>
</div>
<p class="said" id="said" aria-live="polite"></p>
</main>
<footer id="file"></footer>
<script type="module" src="page.js"></script>
</body>
</html>
`;
