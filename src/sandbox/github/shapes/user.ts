import type { Account } from '../people.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';

export function userShape(world: World, login: string) {
  const { id, type, ...account } = world.people.account(login);
  const url = `${world.api}/users/${account.login}`;
  return {
    login: account.login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${world.html}/avatars/u/${id}`,
    gravatar_id: '',
    url,
    html_url: `${world.html}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** A person as they are shown by themselves: `GET /user` and `GET /users/{username}`. */
export function profileShape(world: World, { login, name, email }: Account, repositories: number) {
  return {
    ...userShape(world, login),
    name,
    company: null,
    blog: '',
    location: null,
    email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
  };
}

export function ownProfileShape(world: World, account: Account, repositories: number) {
  return {
    ...profileShape(world, account, repositories),
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}
