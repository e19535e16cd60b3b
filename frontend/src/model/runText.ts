import type { Run, RunProgress } from '../api/types';

const STAGE: Record<RunProgress['stage'], string> = {
  waiting: 'Waiting for other runs',
  gather: 'Asking data sources',
  draw: 'Drawing',
  send: 'Sending',
};

/** Where a run is, in words: "Asking data sources: 3 of 12 panels". */
export function describeProgress(run: Run): string {
  const { progress } = run;
  if (!progress) {
    return run.state === 'due' ? 'Waiting to be tried again' : 'Under way';
  }
  const text = STAGE[progress.stage] ?? progress.stage;
  return progress.stage === 'gather' && progress.panelsTotal > 0
    ? `${text}: ${progress.panelsDone} of ${progress.panelsTotal} panels`
    : text;
}

/** 0 to 1 over the whole run. Asking takes longest; how long drawing and sending take is not known beforehand. */
export function shareDone({ progress }: Run): number {
  if (!progress) {
    return 0;
  }
  switch (progress.stage) {
    case 'waiting':
      return 0;
    case 'gather':
      return 0.05 + (progress.panelsTotal > 0 ? (0.6 * progress.panelsDone) / progress.panelsTotal : 0);
    case 'draw':
      return 0.7;
    case 'send':
      return 0.9;
  }
}

export const isUnderWay = ({ state }: Run) => state === 'due' || state === 'running' || state === 'sending';

/** Nothing has been handed over yet. */
export const isCancellable = ({ state }: Run) => state === 'due' || state === 'running';

export const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)}\u00a0s`);

export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))}\u00a0kB` : `${(bytes / 1e6).toFixed(1)}\u00a0MB`;
}
