import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { logs, root } from './places.mjs';

/**
 * Runs a program to its end, its output in .slipway/logs/NAME.log. Set-up has its own runner because it comes before
 * node_modules is there.
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ ok: boolean, output: string, log: string }>}
 */
export function run(name, program, args, { env = process.env, timeoutMs = 0 } = {}) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const file = createWriteStream(log);
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (/** @type {Buffer} */ bytes) => {
      file.write(bytes);
      output += bytes;
    };
    const end = (/** @type {boolean} */ ok) => {
      clearTimeout(timer);
      if (late) output += `\nended after ${timeoutMs / 1000} s without a result`;
      file.end(() => resolve({ ok, output, log }));
    };
    const timer = timeoutMs
      ? setTimeout(() => {
          late = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

/**
 * The end of an output, for a message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 12) {
  return output.trim().split('\n').slice(-lines).join('\n');
}

/**
 * Its beginning, where a program says first what went wrong.
 * @param {string} output
 * @param {number} [lines]
 */
export function head(output, lines = 12) {
  return output.trim().split('\n').slice(0, lines).join('\n');
}
