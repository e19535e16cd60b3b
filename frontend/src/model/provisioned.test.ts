import { describe, expect, it } from 'vitest';

import { describeDrift, lockReason } from './provisioned';

const from = { file: 'a.yaml', allowUiUpdates: false, drifted: false, drift: [] };

describe('lockReason', () => {
  it.each([
    [undefined, undefined],
    [from, 'Defined in a.yaml, which alone may change it'],
    [{ ...from, allowUiUpdates: true }, undefined],
  ])('%j', (provisioned, expected) => {
    expect(lockReason({ provisioned })).toBe(expected);
  });
});

describe('describeDrift', () => {
  const end = 'not as a.yaml says. The file wins again when it changes.';
  it.each([
    [['subject'], `Subject is ${end}`],
    [['recipients'], `Recipients are ${end}`],
    [
      ['name', 'schedule.frequency', 'schedule.timeZone', 'options.layout'],
      `Name, schedule and layout and PDF options are ${end}`,
    ],
    [['pdfTheme', 'branding.emailFooterText'], `PDF theme and footer name are ${end}`],
    [['newField'], `NewField is ${end}`],
  ])('%j', (drift, expected) => {
    expect(describeDrift({ ...from, drift })).toBe(expected);
  });
});
