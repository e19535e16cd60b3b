import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import { LoadFailed } from '../../components/LoadFailed';
import { useRun } from '../../components/useRun';
import { seconds } from '../../model/runText';

/** How each panel of a run came about. */
export const RunPanels = ({ runId }: { runId: number }) => {
  const styles = useStyles2(getStyles);
  const { run, error } = useRun(runId);
  if (error) {
    return <LoadFailed what="the panels" error={error} onRetry={() => undefined} />;
  }
  if (!run) {
    return <LoadingPlaceholder text="Loading panels…" />;
  }
  if (run.panels.length === 0) {
    return <Text color="secondary">Nothing is known about panels of this run.</Text>;
  }
  return (
    <table className={styles.table} aria-label="Panels">
      <thead>
        <tr>
          <th>Panel</th>
          <th>Type</th>
          <th>Data took</th>
          <th>Errors</th>
        </tr>
      </thead>
      <tbody>
        {run.panels.map((panel, idx) => (
          <tr key={idx}>
            <td>{panel.title || `Panel ${panel.id}`}</td>
            <td>{panel.type}</td>
            <td>{seconds(panel.queryMs)}</td>
            <td>
              <Text color="error">{panel.errors.join('; ')}</Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    'th, td': { padding: theme.spacing(0.5, 2, 0.5, 0), textAlign: 'left', verticalAlign: 'top' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
  }),
});
