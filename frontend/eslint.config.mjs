import { defineConfig } from 'eslint/config';
import baseConfig from './.config/eslint.config.mjs';

export default defineConfig([
  { ignores: ['node_modules/', 'dist/', 'host/dist/', 'e2e/out/', '.config/'] },
  ...baseConfig,
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
]);
