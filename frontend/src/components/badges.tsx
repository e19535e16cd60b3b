import { css } from '@emotion/css';
import { Badge, type BadgeColor, Stack } from '@grafana/ui';
import React from 'react';

import type { Provisioned, ReportState, Run, RunState } from '../api/types';
import { describeDrift, lockReason } from '../model/provisioned';

const REPORT: Record<ReportState, [string, BadgeColor]> = {
  draft: ['Draft', 'darkgrey'],
  scheduled: ['Scheduled', 'green'],
  paused: ['Paused', 'orange'],
  expired: ['Expired', 'darkgrey'],
};

export const StateBadge = ({ state }: { state: ReportState }) => {
  const [text, color] = REPORT[state] ?? [state, 'darkgrey'];
  return <Badge text={text} color={color} />;
};

const RUN: Record<RunState, [string, BadgeColor]> = {
  due: ['Waiting', 'blue'],
  running: ['Running', 'blue'],
  sending: ['Sending', 'blue'],
  sent: ['Sent', 'green'],
  failed: ['Failed', 'red'],
  skipped: ['Skipped', 'darkgrey'],
};

/** How a run ended; "with warnings" when the report went out with a gap. */
export const RunBadge = ({ run }: { run: Run }) => {
  const warnings = (run.warnings ?? []).map(({ message }) => message);
  if (run.state === 'sent' && warnings.length > 0) {
    return (
      <Badge
        className={nowrap}
        text="Sent with warnings"
        color="orange"
        icon="exclamation-triangle"
        tooltip={warnings.join('; ')}
      />
    );
  }
  const [text, color] = RUN[run.state] ?? [run.state, 'darkgrey'];
  return <Badge className={nowrap} text={text} color={color} tooltip={run.error || undefined} />;
};

/** That a file defines the report; with a lock when only the file may change it, and what was changed here when it was. */
export const ProvisionedBadge = ({ provisioned }: { provisioned: Provisioned }) => (
  <Stack gap={0.5}>
    {provisioned.allowUiUpdates ? (
      <Badge className={nowrap} text="From file" color="blue" icon="file-alt" tooltip={`Defined in ${provisioned.file}`} />
    ) : (
      <Badge className={nowrap} text="Locked" color="purple" icon="lock" tooltip={lockReason({ provisioned })} />
    )}
    {provisioned.drifted && (
      <Badge
        className={nowrap}
        text="Differs from file"
        color="orange"
        icon="exclamation-triangle"
        tooltip={describeDrift(provisioned)}
      />
    )}
  </Stack>
);

const nowrap = css({ whiteSpace: 'nowrap' });
