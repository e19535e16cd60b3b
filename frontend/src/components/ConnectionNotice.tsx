import { Alert, LinkButton, Stack } from '@grafana/ui';
import React from 'react';

import { getStatus } from '../api/connection';
import { paths } from '../constants';
import { useLoaded } from './useLoaded';

/** Says on top of a page that reports cannot be made, and where that is mended. Who may not see the status sees nothing. */
export const ConnectionNotice = () => {
  const { data: status } = useLoaded(getStatus);
  if (!status || status.connection.connected) {
    return null;
  }
  return (
    <Alert severity="warning" title="Reports of this organisation cannot be made at present">
      <Stack direction="column" alignItems="flex-start">
        {status.connection.message}
        <LinkButton variant="secondary" icon="plug" href={paths.connection}>
          Open the connection
        </LinkButton>
      </Stack>
    </Alert>
  );
};
