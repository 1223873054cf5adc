/** The C library of the system, on Linux: its family, and its version where the process knows it. */
export interface SystemLibc {
  /** `'none'` where the system has but one: on macOS and Windows. */
  family: 'glibc' | 'musl' | 'none';
  version?: string;
}

/** Which C library this process runs on. */
export function systemLibc(): SystemLibc {
  if (process.platform !== 'linux') return { family: 'none' };
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  const version = header.glibcVersionRuntime;
  return version === undefined ? { family: 'musl' } : { family: 'glibc', version };
}
