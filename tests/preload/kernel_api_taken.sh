#!/bin/sh
# Names that are taken and objects that nobody set up: what 6.12 says of them, each at its line.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
source=$SRCDIR/kernel_api_taken.c
expect 0 "$K" run -v -- "$TESTDIR/kernel_api_taken"
# told LINE TEXT: the line of the source that has this, and what is told there
told() {
	line=$(grep -nF "$1" "$source" | head -n 1 | cut -d: -f1)
	lines 1 "$TMP/err" "^kmemu: kernel-warning-[0-9a-f]{16} at .*/kernel_api_taken\\.c:$line\\)"
	grep -Eq -- "$2" "$TMP/err" || fail "not told: $2"
}
told 'kobject_add(&zero, NULL, "zero")' "kobject '\\(null\\)' \\([0-9a-f]+\\): tried to add an uninitialized object"
told 'kobject_init(&zero, NULL)' 'kobject \([0-9a-f]+\): must have a ktype to be initialized properly!'
told '"%s", "")' 'kobject: \([0-9a-f]+\): attempted to be registered with empty name!'
told 'count) == -EINVAL' "class_for_each_device called for class 'cls' before it was initialized"
told 'class_find_device_by_name' "class_find_device called for class 'cls' before it was initialized"
told 'device_add(&zero)' "kobject: '\\(null\\)' \\([0-9a-f]+\\): is not initialized, yet kobject_get"
told '!proc_mkdir("", NULL)' 'name len 0$'
told '!device_create_file(dev, &dev_attr_none)' "Attribute none: write permission without 'store'$"
told 'device_add_group(dev' 'Attribute wide: Invalid permissions 0666$'
lines 1 "$TMP/err" "name '\.'$"
lines 2 "$TMP/err" "sysfs: cannot create duplicate filename '/a'$"
lines 3 "$TMP/err" "sysfs: cannot create duplicate filename '/class/cls'$"
lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'a/value'$"
lines 1 "$TMP/err" 'kobject: kobject_add_internal failed for same with -EEXIST, don.t try to register'
lines 1 "$TMP/err" "Driver 'drv' was unable to register with bus_type 'none' because the bus was not init"
lines 1 "$TMP/err" 'fails fails: probe with driver fails failed with error -5$'
done_ok
