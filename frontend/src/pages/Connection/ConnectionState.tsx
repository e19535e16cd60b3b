import { Alert } from '@grafana/ui';
import React from 'react';

import type { Connection, Status } from '../../api/types';

const BROKEN: Record<Connection['state'], string> = {
  connected: '',
  unverified: '',
  unreachable: 'Grafana cannot be reached by the backend',
  needs_reconnect: 'This organisation needs to be connected again',
  not_connected: 'This organisation is not connected',
};

/** How the organisation stands, and what to do about it. */
export const ConnectionState = ({ status: { connection, appEnabled } }: { status: Status }) => {
  const { connected, state, login, problems, limits } = connection;
  if (!connected) {
    // The whole message would only repeat the title, and name the page one is on.
    const reasons = connection.credentials.map(({ message }) => message).filter((message) => message !== '');
    return (
      <Alert severity={state === 'needs_reconnect' ? 'error' : 'warning'} title={BROKEN[state]}>
        <Texts texts={reasons.length > 0 ? reasons : problems} />
        {state === 'needs_reconnect' && 'Reports that are due wait for it. Connecting makes a new token.'}
      </Alert>
    );
  }
  const who = login === '' ? 'Connected' : `Connected as ${login}`;
  if (problems.length > 0 || appEnabled === false) {
    return (
      <Alert severity="warning" title={`${who}, with limits`}>
        <Texts texts={problems} />
      </Alert>
    );
  }
  return (
    <Alert severity="success" title={who}>
      <Texts texts={limits} />
    </Alert>
  );
};

const Texts = ({ texts }: { texts: string[] }) =>
  texts.length > 0 && (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
