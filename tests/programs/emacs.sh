#!/bin/bash
# emacs --batch: its own heap image (pdump), Lisp that allocates, a subprocess.
. "$(dirname "$0")/lib.sh"
need emacs
emacs -Q --batch --eval "(princ 1)" >/dev/null 2>&1 || skip "emacs does not run here"

compare emacs -Q --batch --eval '(progn
	(let ((s (mapcar (lambda (i) (format "%d" (* i i))) (number-sequence 1 20000))))
	  (princ (md5 (mapconcat (function identity) (sort s (function string<)) " "))))
	(terpri)
	(princ (shell-command-to-string "echo from a shell"))
	(garbage-collect))'
