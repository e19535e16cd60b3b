import { expect, it } from 'vitest';

import type { Run, RunProgress } from '../api/types';
import { describeProgress, fileSize, shareDone } from './runText';

const run = (progress: RunProgress | null, state: Run['state'] = 'running') => ({ state, progress }) as Run;
const at = (stage: RunProgress['stage'], panelsDone: number, panelsTotal: number) =>
  run({ stage, panelsDone, panelsTotal });

it.each<[string, Run, number]>([
  ['Waiting for other runs', at('waiting', 0, 0), 0],
  ['Asking data sources', at('gather', 0, 0), 0.05],
  ['Asking data sources: 3 of 12 panels', at('gather', 3, 12), 0.2],
  ['Drawing', at('draw', 0, 12), 0.7],
  ['Sending', at('send', 12, 12), 0.9],
  ['Under way', run(null), 0],
  ['Waiting to be tried again', run(null, 'due'), 0],
])('%s', (text, given, share) => {
  expect(describeProgress(given)).toBe(text);
  expect(shareDone(given)).toBeCloseTo(share);
});

it.each([
  [1, '1\u00a0kB'],
  [123_456, '123\u00a0kB'],
  [2_340_000, '2.3\u00a0MB'],
])('%d bytes', (bytes, text) => {
  expect(fileSize(bytes)).toBe(text);
});
