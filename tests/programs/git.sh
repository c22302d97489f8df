#!/bin/bash
# git on a repository that the test makes: fast-import of 400 commits, then
# porcelain commits, branches, merge, clone, log, blame, grep, gc, fsck.
. "$(dirname "$0")/lib.sh"
need git

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.org
export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat GIT_CONFIG_GLOBAL=$T/home/.gitconfig
git config --global init.defaultBranch main
git config --global gc.auto 0
git config --global advice.detachedHead false

awk 'BEGIN {
	for (i = 1; i <= 400; i++) {
		body = ""
		for (j = 1; j <= i % 50 + 20; j++)
			body = body "line " j " of commit " (i * j) % 17 "\n"
		printf "commit refs/heads/main\nmark :%d\n", i
		printf "committer c <c@example.org> %d +0000\n", 1600000000 + i
		printf "data 8\nchange \n\n"
		if (i > 1) printf "from :%d\n", i - 1
		printf "M 100644 inline dir%d/file%d\ndata %d\n%s\n",
			i % 7, i % 40, length(body), body
	}
	print "done"
}' >"$IN/stream"

work() {
	git init -q repo && cd repo &&
		git fast-import --quiet --done <"$IN/stream" && git reset -q --hard &&
		git checkout -q -b topic HEAD~5 && seq 3000 >new && git add new &&
		git commit -q -m 'new file' && git checkout -q main &&
		echo more >>dir1/file1 && git commit -q -am 'more' &&
		git merge -q --no-edit topic && git tag -a -m tag v1 || return
	git log --stat -M -C | md5sum
	git log --graph --format='%h %s %an' -n 8
	git blame dir1/file1 | tail -n 3
	git grep -c 'commit 1[0-6]' | md5sum
	git diff HEAD~60 --patience | md5sum
	git rev-list --objects --all | sort | md5sum
	git status --short --branch
	git -c pack.threads=2 gc -q --aggressive --prune=now && git fsck --full --strict &&
		git count-objects -v | grep -E '^(count|in-pack|packs|garbage)' &&
		cd .. && git clone -q --no-local repo copy 2>&1 && cd copy || return
	git rev-parse HEAD v1
	git cat-file --batch-all-objects --batch-check | md5sum
	git archive --format=tar HEAD | md5sum
	git stash list
	git bundle create -q ../b HEAD && git bundle list-heads ../b
}
compare work
compare -s 128 git rev-parse --verify no-such-ref
