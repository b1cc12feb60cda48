/** The part of the catalogue that is about systems outside: git, index, GitHub, registry, sources of metrics, channels. */
export const OUTSIDE_PROBLEMS = {
  // git
  'git-unreachable': { retry: true, remedy: 'Wait, or bring the git remote back; the step repeats by itself.' },
  'git-refused': {
    retry: false,
    remedy: 'The git remote refused the push: read its answer, change the rule or the credential, then retry.',
  },
  'branch-missing': { retry: false, remedy: 'Create the branch or correct its name in the project file, then retry.' },
  'branch-moved': {
    retry: false,
    remedy: 'Somebody else pushed to the branch: look at their commit; abort and release again to take it in.',
  },
  'commit-unexpected': {
    retry: false,
    remedy: 'The commit is not what the run made: look at it, then abort and release again.',
  },
  'tag-taken': { retry: false, remedy: 'The tag exists on another commit: raise the version.' },
  'merge-conflict': { retry: false, remedy: 'Resolve the conflict on the branch that is named, then retry.' },
  'base-unknown': { retry: false, remedy: 'Name a tag of the repository as the base, or leave it out to fix main.' },
  'commit-missing': {
    retry: false,
    remedy:
      'Name commits that are on a branch of the repository, or a merged pull request; or push the fix to the hotfix branch and retry.',
  },
  'cherry-pick-conflict': {
    retry: false,
    remedy: 'Pick the commits by hand, push the result to the hotfix branch, then retry: what is there is taken.',
  },
  'merge-back-asked': {
    retry: false,
    remedy: 'Retry to merge the fix back into the newer line, or skip: the older line has it alone.',
  },
  'version-claimed': {
    retry: false,
    remedy: 'Another run works on this version: wait for its end and retry, or start again with another version.',
  },
  'adopt-contradiction': {
    retry: false,
    remedy: 'Nothing was touched. Correct what is listed, each as it says, then retry.',
  },
  'nothing-to-adopt': { retry: false, remedy: 'Nothing is left to do for this version: abort.' },
  'nothing-changed': { retry: false, remedy: 'The edits changed nothing: is the version already there?' },

  // Package index
  'index-unreachable': { retry: true, remedy: 'Wait; the upload repeats by itself, and nothing is uploaded twice.' },
  'index-refused': { retry: false, remedy: 'Read what the index answered, correct it, then retry.' },
  'index-conflict': {
    retry: false,
    remedy: 'The index holds other bytes under that name for ever: raise the version.',
  },
  'index-rate-limited': { retry: true, remedy: 'Wait; the step repeats by itself when the index lets it.' },
  'files-unexpected': {
    retry: false,
    remedy: 'The index holds files that are not in the manifest: find out who uploaded them.',
  },
  'not-visible': { retry: false, remedy: 'Wait and retry; or skip, and look at the index page yourself.' },
  'rehearsal-taken': {
    retry: false,
    remedy:
      'The test index holds other bytes of this version, uploaded by somebody else. Skip the rehearsal, or raise the version.',
  },

  // GitHub
  'github-unreachable': { retry: true, remedy: 'Wait; the step repeats by itself.' },
  'github-refused': { retry: false, remedy: 'Read what GitHub answered, correct it, then retry.' },
  'github-rate-limited': { retry: true, remedy: 'Wait; the step repeats by itself when GitHub lets it.' },
  'pull-request-closed': { retry: false, remedy: 'The pull request was closed: reopen it and retry, or abort.' },
  'not-mergeable': {
    retry: false,
    remedy: 'Look at the pull request: a rule or a conflict keeps it from being merged. Then retry.',
  },
  'release-conflict': {
    retry: false,
    remedy: 'The GitHub release holds something else: look at it, remove it if it is wrong, then retry.',
  },
  'unreviewed-commits': {
    retry: false,
    remedy: 'Have the listed commits reviewed, then retry; or skip the gate, saying why.',
  },
  'checks-failed': {
    retry: false,
    remedy: "Look at the commit's checks on GitHub, correct them, then retry; or skip the gate, saying why.",
  },

  // Workflows of the project's own
  'workflow-unfit': {
    retry: false,
    remedy:
      'Correct the workflow file as docs/trusted-publishing.md shows, on the default branch and where it is run, then retry.',
  },
  'workflow-ref-moved': {
    retry: false,
    remedy: 'A workflow runs only for the very commit: put the branch or tag back, or look who moved it. Then retry.',
  },
  'workflow-failed': {
    retry: false,
    remedy: "Read the job's log and correct the cause. A retry runs the workflow once more.",
  },
  'workflow-slow': {
    retry: false,
    remedy: 'Look at its run on GitHub. A retry goes on watching it; cancel it there to have it run once more.',
  },
  'files-missing': {
    retry: false,
    remedy:
      "The job says that it succeeded, and the index lacks files of the manifest: read the job's log and correct the workflow. A retry runs it once more.",
  },
  'built-file-refused': {
    retry: false,
    remedy: 'Correct the build workflow. A retry runs it once more.',
  },

  // Docs and container image
  'docs-conflict': { retry: false, remedy: 'Somebody else pushed to the pages branch: retry to publish on top of it.' },
  'registry-unreachable': { retry: true, remedy: 'Wait; the push repeats by itself.' },
  'registry-refused': { retry: false, remedy: 'Read what the registry answered, correct it, then retry.' },
  'image-tag-taken': { retry: false, remedy: 'The image tag holds another digest: raise the version.' },
  'image-engine-missing': {
    retry: false,
    remedy: 'Install Docker or buildah on the build worker, then retry; or skip the image.',
  },

  // Monitoring
  'metric-unreachable': { retry: true, remedy: 'Wait; it is looked at again at the next interval.' },
  'metric-unreadable': {
    retry: false,
    remedy: 'Correct the address, the credential or the JSON pointer of the probe in the project file.',
  },
  'breach-unconfirmed': {
    retry: false,
    remedy: 'The monitor knows of no breach: find out who signalled one. Skip, and decide about the window.',
  },

  // Announcements
  'channel-unreachable': {
    retry: true,
    remedy: 'Wait; it is sent again by itself, and once more when the run closes. The release is not held up.',
  },
  'channel-refused': {
    retry: false,
    remedy:
      'Correct the channel in the project file or its credential: the next run uses it. The release is not held up.',
  },
} as const satisfies Record<string, { retry: boolean; remedy: string }>;
