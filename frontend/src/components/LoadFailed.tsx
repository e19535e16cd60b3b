import { Alert, Button, Stack } from '@grafana/ui';
import React from 'react';

import type { ApiError } from '../api/error';

interface Props {
  what: string;
  error: ApiError;
  onRetry: () => void;
}

/** Why something could not be loaded; a refusal will not change by asking again. */
export const LoadFailed = ({ what, error, onRetry }: Props) =>
  error.status === 401 || error.status === 403 ? (
    <Alert severity="warning" title={`You may not see ${what}`}>
      {error.message}
    </Alert>
  ) : (
    <Alert severity="error" title={`Could not load ${what}`}>
      <Stack direction="column" alignItems="flex-start">
        {error.message}
        <Button variant="secondary" icon="sync" onClick={onRetry}>
          Retry
        </Button>
      </Stack>
    </Alert>
  );
