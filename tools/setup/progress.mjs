const STILL_WORKING_MS = 15_000;

/**
 * One line on stderr for a thing that set-up does, with its seconds: stdout belongs to the command that is being run.
 * A terminal sees the seconds tick; a log sees the start, a sign of life now and then, and the end.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function shown(what, act) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const terminal = process.stderr.isTTY;
  const say = (/** @type {string} */ mark, /** @type {string} */ rest) =>
    process.stderr.write(terminal ? `\r\x1b[K${mark} ${what}${rest}` : `set-up: ${what}${rest}\n`);

  say('…', terminal ? '' : ' …');
  const ticking = setInterval(
    () => say('…', terminal ? ` ${seconds()}` : ` … ${seconds()}`),
    terminal ? 500 : STILL_WORKING_MS,
  );
  try {
    const result = await act();
    say('✓', `: ${seconds()}${terminal ? '\n' : ''}`);
    return result;
  } catch (error) {
    say('✗', `: failed after ${seconds()}${terminal ? '\n' : ''}`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}
