import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;

/**
 * Holds FILE while `act` runs, so that two set-ups of one clone never meet. A lock whose process is gone is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} act
 * @param {(holder: number) => void} [waiting] told once, if somebody else holds it
 * @returns {Promise<T>}
 */
export async function locked(file, act, waiting = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (alive(holder)) {
      if (!told) waiting(holder);
      told = true;
      await sleep(LOOK_AGAIN_MS);
    } else {
      breakOpen(file, holder);
    }
  }
  try {
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears with its content or not at all: nobody ever reads a lock without its holder. */
function take(/** @type {string} */ file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderOf(/** @type {string} */ file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // given back in this moment
  }
}

function alive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** Renaming decides between two who both saw a dead holder; one that grabbed a living lock puts it back. */
function breakOpen(/** @type {string} */ file, /** @type {number} */ dead) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (Number(readFileSync(aside, 'utf8')) !== dead) linkSync(aside, file);
  } catch {
    // Somebody else was first: look again.
  } finally {
    rmSync(aside, { force: true });
  }
}
