export const PLUGIN_ID = 'broadsheet-reports-app';

const ROOT = `/a/${PLUGIN_ID}`;

/** Paths as the browser sees them. */
export const paths = {
  list: `${ROOT}/reports`,
  create: `${ROOT}/reports/new`,
  edit: (id: number | string) => `${ROOT}/reports/${id}/edit`,
  history: (id: number | string) => `${ROOT}/reports/${id}/history`,
  settings: `${ROOT}/settings`,
  connection: `/plugins/${PLUGIN_ID}`,
};

/** The actions of plugin.json's roles, Enterprise's names behind our id. */
export const actions = {
  read: `${PLUGIN_ID}.reports:read`,
  create: `${PLUGIN_ID}.reports:create`,
  write: `${PLUGIN_ID}.reports:write`,
  delete: `${PLUGIN_ID}.reports:delete`,
  send: `${PLUGIN_ID}.reports:send`,
  readSettings: `${PLUGIN_ID}.settings:read`,
  writeSettings: `${PLUGIN_ID}.settings:write`,
};
