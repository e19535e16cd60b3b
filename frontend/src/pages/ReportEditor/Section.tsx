import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import React, { useId } from 'react';

import type { ReportForm } from '../../model/reportForm';
import type { FormErrors } from '../../model/validation';

/** What every section of the form gets. */
export interface SectionProps {
  form: ReportForm;
  errors: FormErrors;
  change: (patch: Partial<ReportForm>) => void;
}

export const Section = ({ title, children }: { title: string; children: React.ReactNode }) => {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <Text element="h3" variant="h4" id={id}>
        {title}
      </Text>
      <Stack direction="column" gap={2}>
        {children}
      </Stack>
    </section>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
