/** A whole number with commas between the thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A share of 0 … 1 as people say it: `83.9 %`. */
export function formatShare(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A time in the unit that suits it: `8 ms`, `0.66 s`, `49.2 s`, `9 min 57 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) return `${(seconds * 1000).toFixed(0)} ms`;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time that is known to a factor of two: `20 s`, `3 min`, `2 h`. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 90 * 60 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** How many times as fast, with two digits or all before the point: `1.4 x`, `540 x`. */
export function formatSpeedUp(factor: number): string {
  return `${factor < 9.95 ? factor.toFixed(1) : formatCount(Math.round(factor))} x`;
}

/** Bytes in megabytes of a million, or in kilobytes of a thousand if there are fewer. */
export function formatSize(bytes: number): string {
  return bytes < 1e6
    ? `${formatCount(Math.ceil(bytes / 1e3))} kB`
    : `${formatCount(Math.round(bytes / 1e6))} MB`;
}
