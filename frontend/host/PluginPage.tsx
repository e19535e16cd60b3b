// Stands in for Grafana's page frame: breadcrumb, title, subtitle, actions.
import type { PluginPageProps } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import React from 'react';

export const PluginPage = ({ pageNav, subTitle, actions, children }: PluginPageProps) => (
  <main style={{ padding: 24, minHeight: '100vh', background: useTheme2().colors.background.primary }}>
    <nav aria-label="Breadcrumb" style={{ opacity: 0.7 }}>
      {pageNav?.parentItem && <a href={pageNav.parentItem.url}>{pageNav.parentItem.text}</a>}
    </nav>
    <header style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'flex-start', marginBottom: 16 }}>
      <div>
        <h1>{pageNav?.text ?? 'Reporting'}</h1>
        {subTitle !== undefined && <div style={{ opacity: 0.7 }}>{subTitle}</div>}
      </div>
      <div>{actions}</div>
    </header>
    {children}
  </main>
);

export function setPluginPage() {}
