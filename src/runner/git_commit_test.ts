import assert from "node:assert/strict";
import { runGit } from "../../tests/helpers/git.ts";
import { testWith } from "../../tests/needs.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { currentCommit } from "./git_commit.ts";

/** A repository with one commit; returns it. */
async function commitIn(repository: string): Promise<string> {
  await Deno.mkdir(repository);
  await runGit(repository, "init");
  await runGit(repository, "commit", "--allow-empty", "--message", "first");
  return await runGit(repository, "rev-parse", "HEAD");
}

testWith("git", "currentCommit() names the commit of any branch, loose or packed", async () => {
  await using folder = await temporaryFolder();
  const repository = `${folder.path}/a folder`;
  const commit = await commitIn(repository);
  assert.equal(await currentCommit(repository), commit);
  for (const branch of ["feature/#12", "a+b@c", "größe", "50%41"]) {
    await runGit(repository, "switch", "--create", branch);
    assert.equal(await currentCommit(repository), commit, branch);
    await runGit(repository, "pack-refs", "--all");
    assert.equal(await currentCommit(repository), commit, `${branch}, packed`);
  }
  await runGit(repository, "symbolic-ref", "refs/heads/alias", "refs/heads/main");
  await runGit(repository, "symbolic-ref", "HEAD", "refs/heads/alias");
  assert.equal(await currentCommit(repository), commit, "through two references");
  await runGit(repository, "checkout", "--detach");
  assert.equal(await currentCommit(repository), commit, "detached");
});

testWith("git", "currentCommit() names the commit of a worktree and of a submodule", async () => {
  await using folder = await temporaryFolder();
  const [repository, outer] = [`${folder.path}/inner`, `${folder.path}/outer`];
  const first = await commitIn(repository);
  await runGit(repository, "worktree", "add", "-b", "other", `${folder.path}/worktree`);
  await runGit(repository, "worktree", "add", "--detach", `${folder.path}/detached`);
  const { path } = folder;
  await runGit(`${path}/worktree`, "commit", "--allow-empty", "--message", "second");
  const second = await runGit(`${path}/worktree`, "rev-parse", "HEAD");
  assert.notEqual(second, first);
  assert.equal(await currentCommit(`${path}/worktree`), second);
  await runGit(repository, "pack-refs", "--all");
  assert.equal(await currentCommit(`${path}/worktree`), second);
  assert.equal(await currentCommit(`${path}/detached`), first);
  assert.equal(await currentCommit(repository), first);
  await commitIn(outer);
  await runGit(outer, "submodule", "add", repository, "inner");
  assert.equal(await currentCommit(`${outer}/inner`), first);
});

testWith("git", "currentCommit() is null without a commit, a repository or a folder", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await currentCommit(`${folder.path}/none`), null);
  assert.equal(await currentCommit(folder.path), null);
  await runGit(folder.path, "init");
  assert.equal(await currentCommit(folder.path), null);
  // Of a project around the program's, it would be the wrong one.
  await runGit(folder.path, "commit", "--allow-empty", "--message", "first");
  await Deno.mkdir(`${folder.path}/vendored`);
  assert.equal(await currentCommit(`${folder.path}/vendored`), null);
});
