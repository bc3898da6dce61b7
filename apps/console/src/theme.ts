import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** Dense by default; the fonts are bundled. */
export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  primaryColor: 'indigo',
  colors: {
    dark: [
      '#e4e7ec',
      '#c3c9d3',
      '#a8b0bd',
      '#6d7685',
      '#3a404b',
      '#2a2e37',
      '#22262e',
      '#1c1f26',
      '#16181d',
      '#101216',
    ],
  },
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  defaultRadius: 'sm',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.5' },
      h3: { fontSize: '0.875rem', lineHeight: '1.5' },
    },
  },
  cursorType: 'pointer',
});

/** Where Mantine's own colours have too little contrast to be read (WCAG 2.2 AA). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#52596a',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-anchor': '#3049b8',
    '--mantine-color-error': '#b3261e',
    // Under the pointer, with the colour of its text upon it.
    '--mantine-color-indigo-light-hover': '#dbe4ff',
  },
  dark: {
    '--mantine-color-body': '#16181d',
    '--mantine-color-default': '#1f2229',
    '--mantine-color-text': '#e4e7ec',
    '--mantine-color-dimmed': '#a8b0bd',
    '--mantine-color-placeholder': '#8d96a5',
    '--mantine-color-anchor': '#93a9ff',
    '--mantine-color-error': '#ff8a80',
  },
});
