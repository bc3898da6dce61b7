import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.layer.css';
import './console.css';
import { queryClient } from './api/query-client.js';
import { router } from './router.js';
import { PreferencesProvider } from './shell/PreferencesProvider.js';
import { styleNonce, useNonceForStyles } from './style-nonce.js';
import { theme, variables } from './theme.js';
import { refuseMarkup } from './trusted-types.js';

refuseMarkup();
useNonceForStyles();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element for the console.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce()}
    >
      <PreferencesProvider>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </PreferencesProvider>
    </MantineProvider>
  </StrictMode>,
);
