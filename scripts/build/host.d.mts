export function buildHostThreads(options: {
  readonly root: string;
  readonly outdir: string;
  readonly buildId: string;
}): Promise<void>;
