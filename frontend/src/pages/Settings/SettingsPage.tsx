import { hasPermission, PluginPage } from '@grafana/runtime';
import { Alert, Button, Field, Input, LoadingPlaceholder, RadioButtonGroup, Stack } from '@grafana/ui';
import React, { useState } from 'react';

import { toApiError } from '../../api/error';
import { getSettings, saveSettings } from '../../api/settings';
import type { Branding, ReportSettings, ReportTheme } from '../../api/types';
import { LoadFailed } from '../../components/LoadFailed';
import { ProvisionedNotice } from '../../components/ProvisionedNotice';
import { notifySuccess } from '../../components/notify';
import { useLoaded } from '../../components/useLoaded';
import { actions, paths } from '../../constants';
import { lockReason } from '../../model/provisioned';
import { LogoField } from './LogoField';
import { SettingsSection } from './SettingsSection';

/** How the organisation's reports look: logos, the mail's footer, themes. */
export const SettingsPage = () => {
  const { data: settings, error, isLoading, reload } = useLoaded(getSettings);
  return (
    <PluginPage
      pageNav={{ text: 'Report settings', parentItem: { text: 'Reporting', url: paths.list } }}
      subTitle="How the reports of this organisation look"
    >
      {error && <LoadFailed what="the settings" error={error} onRetry={() => void reload()} />}
      {!settings && isLoading && <LoadingPlaceholder text="Loading settings…" />}
      {settings && <SettingsForm stored={settings} onSaved={() => void reload()} />}
    </PluginPage>
  );
};

const THEMES: Array<{ value: ReportTheme; label: string }> = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const SettingsForm = ({ stored, onSaved }: { stored: ReportSettings; onSaved: () => void }) => {
  const [settings, setSettings] = useState(stored);
  const [failure, setFailure] = useState<string>();
  const [isSaving, setIsSaving] = useState(false);
  const lock = lockReason(stored);
  const isReadOnly = lock !== undefined || !hasPermission(actions.writeSettings);
  const { branding } = settings;

  const change = (patch: Partial<ReportSettings>) => setSettings((last) => ({ ...last, ...patch }));
  const brand = (patch: Partial<Branding>) => change({ branding: { ...branding, ...patch } });
  const save = async () => {
    setIsSaving(true);
    setFailure(undefined);
    try {
      notifySuccess((await saveSettings(settings)).message);
      // Whether they still are as their file says.
      onSaved();
    } catch (error) {
      setFailure(toApiError(error).message);
    }
    setIsSaving(false);
  };

  return (
    <form aria-label="Report settings" noValidate onSubmit={(event) => event.preventDefault()}>
      <Stack direction="column" gap={2} maxWidth={90}>
        <ProvisionedNotice provisioned={stored.provisioned} subject="These settings are" />
        <SettingsSection title="Logos">
          <LogoField
            id="report-logo"
            label="Logo of the pages"
            description="In the footer of PDFs: PNG, JPEG or GIF"
            value={branding.reportLogoUrl}
            isReadOnly={isReadOnly}
            onChange={(reportLogoUrl) => brand({ reportLogoUrl })}
          />
          <LogoField
            id="email-logo"
            label="Logo of the mail"
            description="On top of the message"
            value={branding.emailLogoUrl}
            isReadOnly={isReadOnly}
            onChange={(emailLogoUrl) => brand({ emailLogoUrl })}
          />
        </SettingsSection>
        <SettingsSection title="Footer of the mail">
          <Field noMargin label="Footer">
            <RadioButtonGroup
              aria-label="Footer"
              disabled={isReadOnly}
              options={[
                { value: 'sent-by' as const, label: 'Sent by' },
                { value: 'none' as const, label: 'None' },
              ]}
              value={branding.emailFooterMode}
              onChange={(emailFooterMode) => brand({ emailFooterMode })}
            />
          </Field>
          {branding.emailFooterMode !== 'none' && (
            <>
              <Field noMargin label="Name" description="Stands after “Sent by”; empty: no footer">
                <Input
                  id="footer-text"
                  value={branding.emailFooterText}
                  readOnly={isReadOnly}
                  onChange={({ currentTarget }) => brand({ emailFooterText: currentTarget.value })}
                />
              </Field>
              <Field noMargin label="Link" description="Where the name leads">
                <Input
                  id="footer-link"
                  value={branding.emailFooterLink}
                  readOnly={isReadOnly}
                  placeholder="https://example.org"
                  onChange={({ currentTarget }) => brand({ emailFooterLink: currentTarget.value })}
                />
              </Field>
            </>
          )}
        </SettingsSection>
        <SettingsSection title="Themes">
          <Field noMargin label="PDF">
            <RadioButtonGroup<ReportTheme>
              aria-label="Theme of PDFs"
              disabled={isReadOnly}
              options={THEMES}
              value={settings.pdfTheme === 'dark' ? 'dark' : 'light'}
              onChange={(pdfTheme) => change({ pdfTheme })}
            />
          </Field>
          <Field noMargin label="Pictures in the mail">
            <RadioButtonGroup<ReportTheme>
              aria-label="Theme of pictures"
              disabled={isReadOnly}
              options={THEMES}
              value={settings.embeddedImageTheme === 'light' ? 'light' : 'dark'}
              onChange={(embeddedImageTheme) => change({ embeddedImageTheme })}
            />
          </Field>
        </SettingsSection>
        {failure !== undefined && (
          <Alert severity="error" title="The settings were not saved">
            {failure}
          </Alert>
        )}
        <div>
          <Button disabled={isReadOnly || isSaving} tooltip={lock} onClick={() => void save()}>
            Save settings
          </Button>
        </div>
      </Stack>
    </form>
  );
};
