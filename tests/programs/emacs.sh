#!/bin/bash
# emacs --batch: its own heap image (pdump), Lisp that allocates, a subprocess.
. "$(dirname "$0")/lib.sh"
need emacs

compare emacs -Q --batch --eval '(progn
	(let ((s (mapcar (lambda (i) (format "%d" (* i i))) (number-sequence 1 20000))))
	  (princ (md5 (mapconcat (function identity) (sort s (function string<)) " "))))
	(terpri)
	(princ (shell-command-to-string "echo from a shell"))
	(garbage-collect))'
