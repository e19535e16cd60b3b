import { css } from '@emotion/css';
import { Badge, type BadgeColor } from '@grafana/ui';
import React from 'react';

import type { ReportState, Run, RunState } from '../api/types';

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

const nowrap = css({ whiteSpace: 'nowrap' });
