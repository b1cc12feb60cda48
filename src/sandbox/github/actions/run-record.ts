/** A run of a workflow that somebody dispatched. */
export interface WorkflowRunRecord {
  id: number;
  number: number;
  file: string;
  name: string;
  title: string;
  job: string;
  /** A full name. */
  ref: string;
  sha: string;
  actor: string;
  inputs: Record<string, string>;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  artifacts: WorkflowArtifactRecord[];
  createdAt: string;
  startedAt: string;
  updatedAt: string;
}

export interface WorkflowArtifactRecord {
  id: number;
  name: string;
  size: number;
  digest: string;
  createdAt: string;
}
