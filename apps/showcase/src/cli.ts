#!/usr/bin/env node
import process from 'node:process';
import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import { exitWhenUnread } from './closed-output.ts';
import { exitWhenInterrupted } from './interrupt.ts';
import { createProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

const USAGE_ERROR = 2;

exitWhenInterrupted();
exitWhenUnread();
try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
  } else if (error instanceof UsageError) {
    console.error(styleText('red', error.message, { stream: process.stderr }));
    process.exitCode = USAGE_ERROR;
  } else {
    throw error;
  }
}
