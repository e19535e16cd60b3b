import { Button, ConfirmModal, LinkButton, Stack } from '@grafana/ui';
import React, { useState } from 'react';

import type { Connection } from '../../api/types';
import { paths } from '../../constants';

interface Props {
  /** Undefined while it is not known. */
  connection: Connection | undefined;
  isBusy: boolean;
  onConnect: () => void;
  onDisconnect: () => void;
}

export const ConnectionButtons = ({ connection, isBusy, onConnect, onDisconnect }: Props) => {
  const [isAsking, setIsAsking] = useState(false);
  const isConnected = connection?.connected === true;
  // What an ini file or Grafana itself gives cannot be taken away here.
  const hasOwn = connection?.credentials.some(({ source }) => source === 'stored' || source === 'settings') === true;
  return (
    <Stack>
      <Button
        icon={isBusy ? 'spinner' : 'plug'}
        variant={isConnected ? 'secondary' : 'primary'}
        disabled={isBusy}
        onClick={onConnect}
      >
        {connectText(connection)}
      </Button>
      {hasOwn && (
        <Button variant="destructive" fill="outline" disabled={isBusy} onClick={() => setIsAsking(true)}>
          Disconnect
        </Button>
      )}
      {isConnected && (
        <LinkButton href={paths.list} fill="outline">
          Go to reports
        </LinkButton>
      )}
      <ConfirmModal
        isOpen={isAsking}
        title="Disconnect this organisation"
        body="The plugin forgets the token. Reports of this organisation cannot be made until it is connected again; nothing else is lost."
        confirmText="Disconnect"
        onConfirm={() => {
          setIsAsking(false);
          onDisconnect();
        }}
        onDismiss={() => setIsAsking(false)}
      />
    </Stack>
  );
};

function connectText(connection: Connection | undefined): string {
  if (connection?.state === 'needs_reconnect') {
    return 'Connect again';
  }
  return connection?.connected ? 'Replace the token' : 'Connect this organisation';
}
