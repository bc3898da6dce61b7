import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Mark } from './Mark.js';
import { Navigation } from './Navigation.js';
import { Tools } from './Tools.js';
import classes from './Shell.module.css';

/** The one bar of the console; where it is narrow, the places unfold below it. */
export function Header(): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <header className={classes.header} data-open={isOpen}>
      <Burger opened={isOpen} onClick={toggle} hiddenFrom="md" size="sm" aria-label="Pages" aria-expanded={isOpen} />
      <Mark />
      <div className={classes.places} onClick={close}>
        <Navigation />
      </div>
      <Tools />
    </header>
  );
}
