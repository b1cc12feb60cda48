const NAME =
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|_AUTH$|OTLP_(TRACES_)?HEADERS$/i;
const VALUE =
  /^(pypi-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AKIA[0-9A-Z]{12}|slipway_)|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/@\s:]+:[^/@\s]+@/;

/**
 * Names of environment variables that look like secrets: by their name, by the known form of a token, or by a password in
 * an address. A child can read its parent's environment, so a process that runs a project's code has none of them.
 */
export function secretLike(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env)
    .filter(([name, value]) => value !== undefined && value !== '' && (NAME.test(name) || VALUE.test(value)))
    .map(([name]) => name);
}
