import { dateTimeFormat, dateTimeFormatTimeAgo } from '@grafana/data';
import { Text, Tooltip } from '@grafana/ui';
import React from 'react';

/** A moment on the reader's clock, with "in 3 hours" on hover. */
export const Time = ({ time }: { time: string | null | undefined }) => {
  if (!time) {
    return <Text color="secondary">–</Text>;
  }
  return (
    <Tooltip content={dateTimeFormatTimeAgo(time)}>
      <span tabIndex={0} style={{ whiteSpace: 'nowrap' }}>
        {dateTimeFormat(time, { format: 'YYYY-MM-DD HH:mm' })}
      </span>
    </Tooltip>
  );
};
