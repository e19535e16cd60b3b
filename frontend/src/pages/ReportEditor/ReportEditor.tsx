import { hasPermission, locationService } from '@grafana/runtime';
import { Alert, Badge, Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import type { GrafanaTheme2 } from '@grafana/data';
import { css } from '@emotion/css';
import React, { useState } from 'react';

import { type ApiError, toApiError } from '../../api/error';
import { createReport, updateReport } from '../../api/reports';
import type { Report, ReportState } from '../../api/types';
import { ProvisionedNotice } from '../../components/ProvisionedNotice';
import { ProvisionedBadge, StateBadge } from '../../components/badges';
import { notifySuccess } from '../../components/notify';
import { actions, paths } from '../../constants';
import { lockReason } from '../../model/provisioned';
import { type ReportForm, toBody } from '../../model/reportForm';
import { errorsFromServer, type FormErrors, isValid, validate, validateDraft } from '../../model/validation';
import { CheckDrawer } from './CheckDrawer';
import { PreviewDrawer } from './PreviewDrawer';
import { AttachmentsSection } from './sections/AttachmentsSection';
import { ReportSection } from './sections/ReportSection';
import { EmailSection } from './sections/EmailSection';
import { ScheduleSection } from './sections/ScheduleSection';
import { TestMailModal } from './TestMailModal';

interface Props {
  initial: ReportForm;
  /** Absent for a new report. */
  stored?: Report;
}

export const ReportEditor = ({ initial, stored }: Props) => {
  const styles = useStyles2(getStyles);
  const [form, setForm] = useState(initial);
  const [errors, setErrors] = useState<FormErrors>({});
  const [failure, setFailure] = useState<ApiError>();
  const [isSaving, setIsSaving] = useState(false);
  const [opened, setOpened] = useState<'preview' | 'check' | 'test'>();

  const change = (patch: Partial<ReportForm>) => {
    setForm((last) => ({ ...last, ...patch }));
    // What was said about a field no longer holds once it changes.
    setErrors((last) => Object.fromEntries(Object.entries(last).filter(([field]) => !(field in patch))));
  };

  const save = async (state?: ReportState) => {
    const found = state === 'draft' ? validateDraft(form) : validate(form);
    setErrors(found);
    setFailure(undefined);
    if (!isValid(found)) {
      return;
    }
    setIsSaving(true);
    try {
      const body = toBody(form, state);
      const { message } = stored ? await updateReport(String(stored.id), body) : await createReport(body);
      notifySuccess(message, form.name);
      locationService.push(paths.list);
    } catch (error) {
      const problem = toApiError(error);
      setFailure(problem);
      setErrors(errorsFromServer(problem.message));
      setIsSaving(false);
    }
  };

  const provisioned = stored?.provisioned;
  const lock = stored && lockReason(stored);
  const isDraft = stored === undefined || stored.state === 'draft';
  const section = { form, errors, change };
  const close = () => setOpened(undefined);
  return (
    <form className={styles.form} aria-label="Report" noValidate onSubmit={(event) => event.preventDefault()}>
      {failure && (
        <Alert severity="error" title="The report was not saved">
          {failure.message}
        </Alert>
      )}
      <ProvisionedNotice
        provisioned={provisioned}
        subject="This report is"
        wayOut="A copy of it can be changed: duplicate it in the list."
      />
      <fieldset className={styles.fields} disabled={lock !== undefined} aria-label={lock}>
        <ReportSection {...section} />
        <EmailSection {...section} />
        <ScheduleSection {...section} />
        <AttachmentsSection {...section} />
      </fieldset>
      <div className={styles.footer}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          {isDraft ? (
            <>
              <Button disabled={isSaving || lock !== undefined} tooltip={lock} onClick={() => void save('scheduled')}>
                Schedule report
              </Button>
              <Button variant="secondary" disabled={isSaving || lock !== undefined} onClick={() => void save('draft')}>
                Save draft
              </Button>
            </>
          ) : (
            <Button disabled={isSaving || lock !== undefined} tooltip={lock} onClick={() => void save()}>
              Update report
            </Button>
          )}
          <Button variant="secondary" fill="outline" icon="file-alt" onClick={() => setOpened('preview')}>
            Preview PDF
          </Button>
          <Button variant="secondary" fill="outline" icon="check-circle" onClick={() => setOpened('check')}>
            Check
          </Button>
          {hasPermission(actions.send) && (
            <Button variant="secondary" fill="outline" icon="envelope" onClick={() => setOpened('test')}>
              Send test mail
            </Button>
          )}
          <LinkButton variant="secondary" fill="text" href={paths.list}>
            Cancel
          </LinkButton>
          {!isValid(errors) && (
            <Badge color="red" icon="exclamation-triangle" text="Some fields need attention" role="alert" />
          )}
          {stored && isValid(errors) && <StateBadge state={stored.state} />}
          {provisioned && <ProvisionedBadge provisioned={provisioned} />}
        </Stack>
      </div>
      {opened === 'preview' && <PreviewDrawer body={toBody(form)} onClose={close} />}
      {opened === 'check' && <CheckDrawer body={toBody(form)} onClose={close} />}
      {opened === 'test' && <TestMailModal body={toBody(form)} onClose={close} />}
    </form>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  fields: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    minWidth: 0,
  }),
  form: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    maxWidth: theme.spacing(100),
  }),
  footer: css({
    position: 'sticky',
    bottom: 0,
    padding: theme.spacing(2, 0),
    background: theme.colors.background.primary,
    borderTop: `1px solid ${theme.colors.border.weak}`,
    zIndex: theme.zIndex.navbarFixed,
  }),
});
