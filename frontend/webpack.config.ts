// create-plugin's build with our files: plugin.json is the repository's own (src/plugin.json is a link to it), and what the
// zip carries beside the bundle comes from the root of the repository.
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';

import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

const config = async (env: Env): Promise<Configuration> => {
  const base = await grafanaConfig(env);
  const plugins = (base.plugins ?? []).filter((plugin) => !(plugin instanceof CopyWebpackPlugin));
  const copied = new CopyWebpackPlugin({
    patterns: [
      { from: 'plugin.json', to: '.' },
      { from: 'img/logo.svg', to: 'img/logo.svg' },
      { from: '../../README.md', to: '.' },
      { from: '../../CHANGELOG.md', to: '.' },
      { from: '../../LICENSE', to: '.' },
    ],
  });
  return { ...base, plugins: [copied, ...plugins] };
};

export default config;
