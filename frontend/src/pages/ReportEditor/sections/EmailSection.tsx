import { Checkbox, Field, Input, TextArea } from '@grafana/ui';
import React from 'react';

import { splitAddresses } from '../../../model/reportForm';
import { Section, type SectionProps } from '../Section';

export const EmailSection = ({ form, errors, change }: SectionProps) => {
  const nRecipients = splitAddresses(form.recipients).length;
  return (
    <Section title="Mail">
      <Field noMargin label="Subject" description="Empty: the report's name">
        <Input
          id="report-subject"
          value={form.subject}
          placeholder={form.name}
          onChange={({ currentTarget }) => change({ subject: currentTarget.value })}
        />
      </Field>
      <Field
        noMargin
        label="Recipients"
        required
        description={nRecipients > 1 ? `${nRecipients} addresses` : 'Addresses, separated by commas or line breaks'}
        invalid={!!errors.recipients}
        error={errors.recipients}
      >
        <TextArea
          id="report-recipients"
          rows={2}
          value={form.recipients}
          placeholder="ada@example.org, team@example.org"
          onChange={({ currentTarget }) => change({ recipients: currentTarget.value })}
        />
      </Field>
      <Field noMargin label="Reply to" invalid={!!errors.replyTo} error={errors.replyTo}>
        <Input
          id="report-reply-to"
          value={form.replyTo}
          onChange={({ currentTarget }) => change({ replyTo: currentTarget.value })}
        />
      </Field>
      <Field noMargin label="Message">
        <TextArea
          id="report-message"
          rows={4}
          value={form.message}
          onChange={({ currentTarget }) => change({ message: currentTarget.value })}
        />
      </Field>
      <div>
        <Checkbox
          label="Include a link to the dashboard"
          value={form.enableDashboardUrl}
          onChange={({ currentTarget }) => change({ enableDashboardUrl: currentTarget.checked })}
        />
      </div>
    </Section>
  );
};
