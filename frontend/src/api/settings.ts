import { request, RESOURCES } from './client';
import type { ReportSettings } from './types';

export const getSettings = () => request<ReportSettings>('GET', 'reports/settings');

export const saveSettings = ({ branding, pdfTheme, embeddedImageTheme }: ReportSettings) =>
  request<{ message: string }>('POST', 'reports/settings', { data: { branding, pdfTheme, embeddedImageTheme } });

/** Stores a picture; the name that comes back goes into the settings. `content` is a data URL. */
export const uploadImage = (name: string, content: string) =>
  request<{ name: string }>('POST', 'reports/images', { data: { name, content } });

/** Where a browser finds a logo: a web address and a data URL by themselves, an uploaded one with us. */
export const logoUrl = (logo: string) =>
  /^(https?:|data:)/.test(logo) ? logo : `${RESOURCES}/reports/images/${encodeURIComponent(logo)}`;
