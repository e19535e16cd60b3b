import type { Provisioned } from '../api/types';

/** Why a report, or the settings, cannot be changed here; nothing when they can. */
export function lockReason({
  provisioned,
}: {
  provisioned?: Pick<Provisioned, 'file' | 'allowUiUpdates'>;
}): string | undefined {
  return provisioned && !provisioned.allowUiUpdates
    ? `Defined in ${provisioned.file}, which alone may change it`
    : undefined;
}

const FIELDS: Record<string, string> = {
  name: 'name',
  subject: 'subject',
  recipients: 'recipients',
  replyTo: 'reply-to address',
  message: 'message',
  enableDashboardUrl: 'dashboard link',
  enableCsv: 'CSV',
  state: 'state',
  dashboards: 'dashboards',
  formats: 'attachments',
  scaleFactor: 'zoom',
  'branding.reportLogoUrl': 'page logo',
  'branding.emailLogoUrl': 'mail logo',
  'branding.emailFooterMode': 'footer',
  'branding.emailFooterText': 'footer name',
  'branding.emailFooterLink': 'footer link',
  pdfTheme: 'PDF theme',
  embeddedImageTheme: 'picture theme',
};

const PARTS: Record<string, string> = { schedule: 'schedule', options: 'layout and PDF options' };

/** "subject and schedule are not as figures.yaml says; they become so when that file changes". */
export function describeDrift({ file, drift }: Provisioned): string {
  const named = drift.map((path) => FIELDS[path] ?? PARTS[path.split('.')[0] ?? ''] ?? path);
  const words = [...new Set(named)];
  const list =
    words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}` : (words[0] ?? 'It');
  const plural = words.length > 1 || words[0]?.endsWith('s');
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} ${plural ? 'are' : 'is'} not as ${file} says. The file wins again when it changes.`;
}
