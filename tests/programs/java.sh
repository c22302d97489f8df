#!/bin/bash
# A Java virtual machine: signals for null checks, reserved ranges of its own,
# guard pages on stacks.
. "$(dirname "$0")/lib.sh"
need java

compare java -version
compare java -XshowSettings:properties -version -Duser.dir=/
compare -s 1 java -cp "$IN" NoSuchClass
if java -Xmx200m "$DATA/Work.java" >/dev/null 2>&1; [ $? = 4 ]; then
	compare -s 4 java -Xmx200m "$DATA/Work.java"
fi
