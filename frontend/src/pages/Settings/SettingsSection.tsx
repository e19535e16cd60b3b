import { FieldSet, Stack } from '@grafana/ui';
import React from 'react';

export const SettingsSection = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <FieldSet label={title}>
    <Stack direction="column" gap={2}>
      {children}
    </Stack>
  </FieldSet>
);
