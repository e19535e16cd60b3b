// Bundles the stand-in for Grafana's page: React and the real @grafana packages, shared with the plugin as Grafana does.
// Built once for each set of packages; the plugin itself is not in it but loaded as it is shipped.
import { readFileSync, existsSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { rspack } from '@rspack/core';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, 'dist');

/** What the bundle depends on: our sources and the locked packages. */
function fingerprint() {
  const inputs = ['build.mjs', 'host.tsx', 'PluginPage.tsx', '../package-lock.json'];
  const hash = createHash('sha256');
  inputs.forEach((name) => hash.update(readFileSync(path.join(here, name))));
  return hash.digest('hex');
}

export async function buildHost() {
  const stamp = path.join(out, 'inputs.sha256');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return out;
  }
  const stats = await new Promise((resolve, reject) =>
    rspack(configuration(), (error, stats) => (error ? reject(error) : resolve(stats)))
  );
  if (stats.hasErrors()) {
    throw new Error(stats.toString({ all: false, errors: true }));
  }
  writeFileSync(stamp, wanted);
  return out;
}

function configuration() {
  return {
    mode: 'development',
    devtool: false,
    context: here,
    entry: './host.tsx',
    output: { path: out, filename: 'host.js', publicPath: '/host/', clean: true },
    resolve: {
      extensions: ['.tsx', '.ts', '.mjs', '.js'],
      fullySpecified: false,
      alias: {
        // The runtime's own page frame shows its children only and its setter is not exported: ours also shows title and actions.
        [path.join(here, '../node_modules/@grafana/runtime/dist/esm/components/PluginPage.mjs')]: path.join(
          here,
          'PluginPage.tsx'
        ),
      },
    },
    module: {
      rules: [
        { test: /\.m?js$/, type: 'javascript/auto', resolve: { fullySpecified: false } },
        { test: /\.css$/, type: 'css' },
        {
          test: /\.tsx?$/,
          loader: 'builtin:swc-loader',
          options: {
            jsc: { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } } },
          },
        },
      ],
    },
    performance: { hints: false },
    // SystemJS is loaded after the packages: lodash would take its `define` for a loader's.
    optimization: { splitChunks: false },
  };
}
