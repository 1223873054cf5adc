/** Addresses that a page would ask for. */
export function requestsOf(page: string): string[] {
  const addresses = Array.from(page.matchAll(/\b(?:src|href|action|poster)="([^"]*)"|url\(([^)]*)\)/g));
  return addresses
    .map(([, attribute, style]) => attribute ?? style!)
    .filter((each) => !each.startsWith('data:'));
}
