import { Alert } from '@grafana/ui';
import React from 'react';

import type { Provisioned } from '../api/types';
import { describeDrift, lockReason } from '../model/provisioned';

interface Props {
  provisioned: Provisioned | undefined;
  /** "This report is": what stands before "locked". */
  subject: string;
  /** Said behind the reason of a lock. */
  wayOut?: string;
}

/** What a file has to do with what is shown: alone may change it, defines it, or says something else. */
export const ProvisionedNotice = ({ provisioned, subject, wayOut = '' }: Props) => {
  if (!provisioned) {
    return null;
  }
  const lock = lockReason({ provisioned });
  return (
    <>
      {lock && (
        <Alert severity="info" title={`${subject} locked`}>
          {`${lock}. ${wayOut}`}
        </Alert>
      )}
      {!lock && !provisioned.drifted && (
        <Alert severity="info" title={`${subject} defined in ${provisioned.file}`}>
          Changes are kept until the file changes; then it is as the file says again.
        </Alert>
      )}
      {provisioned.drifted && (
        <Alert severity="warning" title={`${subject} not as its file says`}>
          {describeDrift(provisioned)}
        </Alert>
      )}
    </>
  );
};
