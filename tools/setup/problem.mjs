/** Set-up cannot go on: `message` says what is missing, `remedy` how to get it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message
   * @param {string} remedy
   */
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupProblem';
    this.remedy = remedy;
  }
}
