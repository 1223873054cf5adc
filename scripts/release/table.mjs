// The table that the release check prints, a row at a time, and which state of a row is worse than another.

/** The best first. */
const STATES = ['ok', 'built, not run', 'not built', 'failed'];
const WIDTHS = { group: 18, subject: 46, state: 16, detail: 100 };

/** One line: the group, what was checked, its state, and the first line of the detail. */
export function formatRow({ group, subject, state, detail }) {
  const [first] = detail.split('\n');
  const short = first.length > WIDTHS.detail ? `${first.slice(0, WIDTHS.detail - 1)}…` : first;
  return [group.padEnd(WIDTHS.group), subject.padEnd(WIDTHS.subject), state.padEnd(WIDTHS.state), short]
    .join('')
    .trimEnd();
}

/** Whether a state is worse than another. */
export function isWorse(state, than) {
  return STATES.indexOf(state) > STATES.indexOf(than);
}
