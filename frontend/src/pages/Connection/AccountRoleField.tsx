import { Field, RadioButtonList } from '@grafana/ui';
import React from 'react';

import type { AccountRole } from '../../api/connection';

const ROLES: Array<{ value: AccountRole; label: string; description: string }> = [
  {
    value: 'Viewer',
    label: 'Viewer: only administrators manage reports',
    description: 'Sees what viewers see. Give it access to restricted folders if reports need them.',
  },
  {
    value: 'Admin',
    label: 'Admin: finer permissions, and every folder',
    description:
      'May look up what each user may do, so that permissions to reports and dashboards count. Its token can do all an administrator of this organisation can.',
  },
];

interface Props {
  role: AccountRole;
  isConnected: boolean;
  onChange: (role: AccountRole) => void;
}

/** What the service account is to be; becomes so with the next token. */
export const AccountRoleField = ({ role, isConnected, onChange }: Props) => (
  <Field
    noMargin
    label="Role of the service account"
    description={isConnected ? 'Changes when the token is replaced' : undefined}
  >
    <RadioButtonList name="account-role" options={ROLES} value={role} onChange={onChange} />
  </Field>
);
