import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, type BadgeColor, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { Credential, CredentialSource } from '../../api/types';
import { Time } from '../../components/Time';

const SOURCES: Record<CredentialSource, string> = {
  org_api_token: 'Setting org…_api_token',
  api_token: 'Setting api_token',
  stored: 'Connected on this page',
  managed: 'Managed service account',
  settings: 'Plugin settings (secureJsonData)',
};

const STATES: Record<Credential['state'], [string, BadgeColor]> = {
  verified: ['Works', 'green'],
  unverified: ['Not tried yet', 'darkgrey'],
  refused: ['Refused by Grafana', 'red'],
  unreadable: ['Cannot be decrypted', 'red'],
};

/** Where a token comes from and how it does; the first that works is used. */
export const CredentialList = ({ credentials }: { credentials: Credential[] }) => {
  const styles = useStyles2(getStyles);
  return (
    <table className={styles.table} aria-label="Tokens, in the order in which they are tried">
      <thead>
        <tr>
          <th>Token</th>
          <th>State</th>
          <th>Account</th>
          <th>Since</th>
          <th>Last taken by Grafana</th>
        </tr>
      </thead>
      <tbody>
        {credentials.map((credential) => {
          const [text, color] = STATES[credential.state];
          return (
            <tr key={credential.source}>
              <td>{SOURCES[credential.source]}</td>
              <td>
                <Badge text={text} color={color} tooltip={credential.message || undefined} />{' '}
                {credential.inUse && credential.message === '' && <Badge text="In use" color="blue" />}
              </td>
              <td>{credential.login || '–'}</td>
              <td>
                <Time time={credential.since} />
              </td>
              <td>
                <Time time={credential.verified} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
    'th, td': { padding: theme.spacing(0.5, 2, 0.5, 0), textAlign: 'left', whiteSpace: 'nowrap' },
  }),
});
