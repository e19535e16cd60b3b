import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { Run } from '../api/types';
import { describeProgress, shareDone } from '../model/runText';

export const RunProgressBar = ({ run }: { run: Run }) => {
  const styles = useStyles2(getStyles);
  const percent = Math.round(shareDone(run) * 100);
  const text = describeProgress(run);
  return (
    <Stack direction="column" gap={0.5}>
      <div
        className={styles.track}
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <div className={styles.bar} style={{ width: `${percent}%` }} />
      </div>
      <Text variant="bodySmall" color="secondary">
        {text}
      </Text>
    </Stack>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  track: css({
    height: 6,
    minWidth: 160,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflow: 'hidden',
  }),
  bar: css({
    height: '100%',
    background: theme.colors.primary.main,
    [theme.transitions.handleMotion('no-preference')]: { transition: 'width 300ms linear' },
  }),
});
