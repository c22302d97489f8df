# SPDX-License-Identifier: MIT
#
# kmemu. One Makefile, not recursive. Sources are found by wildcard and their
# headers by -MMD, so that a new file needs no edit here. `make help` lists
# the targets and the variables.
#
# Everything is built below $(O). Each variant has a directory of its own, so
# that no object of one is linked into another:
#
#	make				build/		x86-64 with the assembly paths
#	make ARCH=generic		build/generic/	the same in plain C
#	make DEBUG=1			build/debug/	the heap is validated at each exit
#	make SANITIZE=address,undefined	build/asan/	libkmemu.a and its tests only
#	make SANITIZE=thread		build/tsan/	the same in plain C under ThreadSanitizer
#	make SANITIZE=fuzzer CC=clang	build/fuzz/	the fuzzers with libFuzzer, and the above
#
# A change of compiler or flags rebuilds what it concerns ($(O)/.flags).

VERSION	:= 0.1.0

ifeq ($(origin CC),default)
CC	:= gcc
endif
ifeq ($(origin CXX),default)
CXX	:= g++
endif

# ---------------------------------------------------------------- variants

ARCH	?= $(shell uname -m)
# Kernel builders have ARCH in their environment, by the kernel's names.
override ARCH := $(if $(filter x86 x86_64 amd64,$(ARCH)),x86_64,generic)

comma	:= ,
VARIANT	:=
ifeq ($(ARCH),generic)
VARIANT	+= generic
VARIANT_CFLAGS += -DKMEMU_ARCH_GENERIC
endif
ifneq ($(SANITIZE),)
ifeq ($(SANITIZE),fuzzer)
VARIANT	+= fuzz
SANITIZERS := fuzzer-no-link,address,undefined
VARIANT_CFLAGS += -DKMEMU_LIBFUZZER
else
VARIANT	+= $(if $(findstring thread,$(SANITIZE)),tsan,asan)
SANITIZERS := $(SANITIZE)
OPT	?= -O1 -g # a third less to compile, and as quick to run
endif
VARIANT_CFLAGS += -fsanitize=$(SANITIZERS) -fno-sanitize-recover=undefined \
		  -fno-omit-frame-pointer -DKMEMU_SANITIZE
VARIANT_LDFLAGS += -fsanitize=$(SANITIZERS:fuzzer-no-link%=fuzzer%)
# ThreadSanitizer sees no assembly, so what a sequence hands over looks like a race.
ifneq ($(findstring thread,$(SANITIZE)),)
VARIANT_CFLAGS += -DKMEMU_PLAN_LOW -DKMEMU_ARCH_GENERIC
override ARCH := generic
endif
endif
ifneq ($(filter-out 0,$(DEBUG)),)
VARIANT	+= debug
VARIANT_CFLAGS += -DKMEMU_DEBUG
endif

empty	:=
space	:= $(empty) $(empty)
O	?= build$(if $(strip $(VARIANT)),/$(subst $(space),-,$(strip $(VARIANT))))

# ------------------------------------------------------------------- flags

WARN	:= -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes
ifneq ($(filter-out 0,$(WERROR)),)
WARN	+= -Werror
endif
OPT	?= -O2 -g
INCLUDES := -I.

# Like the kernel: no strict aliasing, memory is memory. nodelete, initial-exec
# and no lazy binding, because the object is in use before main and after exit.
LIB_CFLAGS = -std=gnu11 $(OPT) $(WARN) $(INCLUDES) -D_GNU_SOURCE= \
	-fPIC -fvisibility=hidden -ftls-model=initial-exec -fno-plt \
	-ffunction-sections -fdata-sections -fno-strict-aliasing -pthread $(VARIANT_CFLAGS) $(CFLAGS)

# In interpose/ the compiler must not know what malloc means: it would turn
# malloc+memset into calloc inside calloc itself, and drop a test of NULL.
INTERPOSE_CFLAGS := $(foreach f,malloc calloc realloc reallocarray free \
	memalign aligned_alloc posix_memalign valloc pvalloc,-fno-builtin-$(f))

# The command is an ordinary program on the core's tables.
CMD_CFLAGS = -std=gnu11 $(OPT) $(WARN) $(INCLUDES) -D_GNU_SOURCE= -fno-strict-aliasing \
	-DKMEMU_VERSION='"$(VERSION)"' -pthread $(VARIANT_CFLAGS) $(CFLAGS)
CMD_LDFLAGS = -pthread -Wl,-z,now -Wl,-z,relro -Wl,--as-needed $(LDFLAGS)
CMD_LIBS = -ldw -lelf -ljansson

# What the library calls of its own names is its own, also where the program defines
# such a name; nor is it searched for at each start.
# No _init and _fini: the latter is the last of the text, run at exit, and would
# make what lies around it resident in every process.
LIB_LDFLAGS = -shared -nostartfiles -pthread -Wl,-soname,libkmemu.so \
	-Wl,-Bsymbolic-functions -Wl,-z,now -Wl,-z,relro -Wl,-z,nodelete -Wl,-z,defs \
	-Wl,-z,noexecstack -Wl,--as-needed -static-libgcc \
	-Wl,--version-script,$(O)/libkmemu.map -Wl,-T,$(O)/start.ld $(LDFLAGS)

# ----------------------------------------------------------------- sources

# In the archive alone: a main for programs without one, its constructor, jiffies, and what
# is said of options and checks.
A_SRCS := core/kernel/main.c core/kernel/jiffies.c core/init/linked.c \
	config/option_texts.c core/report/check_texts.c
# First what a start does not use, then what it does, up to the section malloc_text
# that the linker puts behind all text: the kernel maps a file's pages by the
# neighbourhood, and each counts as resident.
CORE_EARLY := $(wildcard core/report/follow.c core/report/json.c core/report/report.c \
	core/report/run.c core/report/suppress.c core/mm/view_observe.c)
CORE_LATE := $(filter-out $(A_SRCS) $(CORE_EARLY),$(wildcard core/report/*.c core/mm/view*.c \
	core/mm/vmap_*.c core/mm/util.c core/mm/reclaim.c core/mm/show.c core/mm/oom_kill.c core/mm/phys.c core/mm/pagemap.c \
	core/init/*api.c core/init/fork.c core/lib/stackdepot.c core/lib/logfile.c \
	core/os/filter.c core/os/libelf.c core/os/exec.c core/os/modules.c core/os/files.c \
	core/os/dl_find.c core/os/task.c core/os/publish.c core/lib/word_lock.c \
	$(addprefix core/lib/,bitmap.c bitmap_set.c bitmap-str.c cmdline.c find_bit.c kstrtox.c \
	list_sort.c math.c rbtree.c rbtree_unlink.c sort.c string.c usercopy.c) \
	$(addprefix core/check/,advice.c advise.c balance.c lockdep.c signals.c sleep.c \
	async.c buffers.c contig.c flight.c ioctl.c lock_graph.c lock_irq.c rings.c usercopy.c) core/os/fd.c \
	config/nearest.c core/mm/gfp_check.c))
# The kernel's API for programs that are kernel code: no start uses it.
CORE_LATE += core/os/thread.c core/lib/kunit_hooks.c \
	$(wildcard core/check/dma_debug.c core/check/physaddr.c) \
	$(filter-out $(A_SRCS),$(wildcard core/kernel/*.c core/kernel/*/*.c core/kunit/*.c))
CORE_SRCS := $(filter-out $(A_SRCS) $(CORE_EARLY) $(CORE_LATE),$(wildcard core/init/*.c core/mm/*.c \
	core/lib/*.c config/*.c core/os/*.c core/os/*.S core/check/*.c)) $(CORE_EARLY) $(CORE_LATE)
ifeq ($(ARCH),generic)
CORE_SRCS := $(filter-out %_x86_64.S %_x86_64.c,$(CORE_SRCS))
else
CORE_SRCS := $(filter-out %_generic.c,$(CORE_SRCS))
endif
CMD_SRCS := $(wildcard cmd/*.c)
INTERPOSE_SRCS := $(wildcard interpose/*.c interpose/*.S)
ifeq ($(ARCH),generic)
INTERPOSE_SRCS := $(filter-out %_x86_64.S %_x86_64.c,$(INTERPOSE_SRCS))
else
INTERPOSE_SRCS := $(filter-out %_generic.c,$(INTERPOSE_SRCS))
endif

objs	= $(addprefix $(O)/obj/,$(addsuffix .o,$(basename $(1))))
CORE_OBJS := $(call objs,$(CORE_SRCS))
INTERPOSE_OBJS := $(call objs,$(INTERPOSE_SRCS))
LATE_OBJS := $(call objs,$(CORE_LATE) interpose/vfork_x86_64.S \
	$(addprefix interpose/,target.c stats.c signal.c signal_x86_64.S jump.c ucontext.c \
	ucontext_x86_64.S locks.c spin.c thread.c buffers.c jiffies.c))
# The entries of all wrapped names are the last of .text: every program calls some.
ENTRIES := $(filter %/calls_x86_64.o,$(INTERPOSE_OBJS))
LINK_OBJS := $(filter $(LATE_OBJS),$(INTERPOSE_OBJS) $(CORE_OBJS)) \
	$(filter-out $(LATE_OBJS) $(ENTRIES),$(INTERPOSE_OBJS) $(CORE_OBJS)) $(ENTRIES)
CMD_OBJS := $(call objs,$(CMD_SRCS))
A_OBJS := $(call objs,$(A_SRCS))

LIB_SO	:= $(O)/libkmemu.so
LIB_A	:= $(O)/libkmemu.a
CMD	:= $(O)/kmemu

ifeq ($(SANITIZE),)
PRODUCTS := $(LIB_SO) $(LIB_A) $(CMD)
else
PRODUCTS := $(LIB_A)
endif

# The manual: pages as they are, and those with parts that the command makes
# from the tables of options and checks.
MAN_PAGES := $(patsubst docs/man/%.in,$(O)/man/%,$(wildcard docs/man/*.[137].in)) \
	$(patsubst docs/man/%,$(O)/man/%,$(wildcard docs/man/*.[137]))

.PHONY: all man
all: $(PRODUCTS)
man: $(MAN_PAGES)

$(CMD_OBJS): $(O)/obj/cmd/%.o: cmd/%.c $(O)/.flags | $(O)/.cmd-packages
	@mkdir -p $(@D)
	$(QUIET_CC)$(CC) $(CMD_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/obj/%.o: %.c $(O)/.flags
	@mkdir -p $(@D)
	$(QUIET_CC)$(CC) $(LIB_CFLAGS) $(if $(filter interpose/%,$<),$(INTERPOSE_CFLAGS)) \
		-MMD -MP -c -o $@ $<

$(O)/obj/%.o: %.S $(O)/.flags
	@mkdir -p $(@D)
	$(QUIET_CC)$(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

# In a program its code lies together, so that who called it can be told (core/os/dl.c).
MEMBERS := $(patsubst $(O)/obj/%,$(O)/members/%,$(CORE_OBJS) $(A_OBJS))
$(MEMBERS): $(O)/members/%: $(O)/obj/% core/os/own_text.ld
	@mkdir -p $(@D)
	@$(CC) -r -nostdlib -Wl,-T,core/os/own_text.ld -o $@ $<

$(LIB_A): $(MEMBERS)
	@rm -f $@
	$(QUIET_AR)$(AR) rcs $@ $(MEMBERS)

$(O)/libkmemu.map: interpose/libkmemu.map core/check/calls.def $(O)/.flags
	@$(CC) -E -P -undef -x assembler-with-cpp -I. -o $@ $<

# The relocations stay together: where a linker counts those of the PLT with the
# others (riscv64), the loader takes what lies between for some.
$(O)/start.ld: interpose/start.list $(O)/.flags
	@awk '/^#/ { next } \
		/\// { constants = constants "*" $$1 "(.rodata.str1.* .rodata.*.str1.* .rodata.cst*)\n"; next } \
		{ constants = constants sprintf("*(.rodata.%s .rodata.%s.*)\n", $$1, $$1); \
		  variables = sprintf("*(.bss.%s .bss.%s.*)\n", $$1, $$1) variables; \
		  text = sprintf("*(.text.%s .text.%s.*)\n", $$1, $$1) text } \
		END { print "SECTIONS { start_rodata : {\n" constants "} } INSERT AFTER .rela.plt;"; \
		      print "SECTIONS { start_text : { *(.text.startup .text.startup.*)\n" text "} } INSERT AFTER .text;"; \
		      print "SECTIONS { start_bss (NOLOAD) : {\n" variables "} } INSERT BEFORE .bss;" }' $< > $@

# The soname is the file's own name: who copies the one file can preload it and
# link against it. An ABI with a number comes with a version that keeps it.
$(LIB_SO): $(INTERPOSE_OBJS) $(CORE_OBJS) $(O)/libkmemu.map $(O)/start.ld $(O)/.flags
	$(QUIET_LD)$(CC) -o $@ $(LINK_OBJS) $(LIB_LDFLAGS)

$(CMD): $(CMD_OBJS) $(LIB_A) $(O)/.flags
	$(QUIET_LD)$(CC) -o $@ $(CMD_OBJS) $(LIB_A) $(CMD_LDFLAGS) $(CMD_LIBS)

# What the command is built with, and the library is not. Asked for when the
# library is there, which needs libc alone: a machine without them gets that.
CMD_HEADERS := gelf.h dwarf.h elfutils/libdw.h elfutils/libdwfl.h jansson.h
$(O)/.cmd-packages: | $(LIB_SO) $(LIB_A)
	@for h in $(CMD_HEADERS); do echo "#include <$$h>"; done | \
		$(CC) -E -D_GNU_SOURCE= $(CFLAGS) - > /dev/null 2> $@.log || { \
		echo "make: the library is built; the command kmemu needs packages that are not there:" >&2; \
		sed -n 's/.*fatal error: \([^:]*\):.*/    no \1/p' $@.log >&2; rm -f $@.log; \
		echo "make: please type scripts/setup (Debian: libelf-dev libdw-dev libjansson-dev)" >&2; \
		exit 1; }
	@rm -f $@.log; touch $@

$(O)/man/%: docs/man/%.in $(CMD)
	@mkdir -p $(@D)
	@$(CMD) options --man > $@.options && $(CMD) explain --man > $@.kinds
	$(QUIET_MAN)sed -e 's/@VERSION@/$(VERSION)/' -e '/^@OPTIONS@$$/{r $@.options' -e 'd}' \
		-e '/^@KINDS@$$/{r $@.kinds' -e 'd}' $< > $@
	@rm -f $@.options $@.kinds

$(O)/man/%: docs/man/%
	@mkdir -p $(@D)
	$(QUIET_MAN)sed -e 's/@VERSION@/$(VERSION)/' $< > $@

# Rewritten only when it says something new.
$(O)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(LIB_CFLAGS) $(LIB_LDFLAGS) $(CMD_CFLAGS) $(CMD_LDFLAGS) $(TEST_CFLAGS) $(PRELOAD_CFLAGS)' > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv -f $@.new $@
.PHONY: FORCE
FORCE:

# `make V=1` shows the commands.
ifneq ($(filter-out 0,$(V)),1)
QUIET_CC = @echo "  CC    $@";
QUIET_LD = @echo "  LD    $@";
QUIET_AR = @echo "  AR    $@";
QUIET_MAN = @echo "  MAN   $@";
endif

# ------------------------------------------------------------------- tests
#
# tests/unit/test_*.c		one CUnit program each, on libkmemu.a
# tests/preload/NAME.c|.cc	programs that run under the preload
# tests/preload/plugin_*.c|.cc	shared objects that such programs load
# tests/stress/core_*.c		stress of the API, on libkmemu.a
# tests/fuzz/fuzz_*.c		random input to one part of it, on libkmemu.a
# tests/stress/NAME.c		stress under the preload
#
# A comment `flags: ...` within the first five lines adds compiler and linker
# flags, word by word ($ORIGIN needs no quotes). tests/run says how they are run.
# An old program is removed before a new one is made, so that a test which does
# not compile fails and is not run as it was.

TEST_CFLAGS = -std=gnu11 -O1 -g -Wall -Wextra $(if $(filter-out 0,$(WERROR)),-Werror) \
	$(INCLUDES) -D_GNU_SOURCE= -pthread $(VARIANT_CFLAGS)
# The compiler would optimise pairs of malloc and free away, or warn of the
# very misuse that a test commits.
PRELOAD_CFLAGS := -fno-builtin -Wno-unused-result
flags_of = $$(sed -n -e '1,5{/flags:/{s/.*flags:[[:space:]]*//;s|[[:space:]]*\*/.*||;p}}' $(1) | tr -d "'\"")

UNIT_SRCS := $(wildcard tests/unit/test_*.c)
UNIT_BINS := $(UNIT_SRCS:%.c=$(O)/%)
PRELOAD_C := $(filter-out tests/preload/plugin_%,$(wildcard tests/preload/*.c))
PRELOAD_CC := $(filter-out tests/preload/plugin_%,$(wildcard tests/preload/*.cc))
PLUGIN_C := $(wildcard tests/preload/plugin_*.c)
PLUGIN_CC := $(wildcard tests/preload/plugin_*.cc)
PRELOAD_BINS := $(PRELOAD_C:%.c=$(O)/%) $(PRELOAD_CC:%.cc=$(O)/%)
PLUGIN_BINS := $(PLUGIN_C:%.c=$(O)/%.so) $(PLUGIN_CC:%.cc=$(O)/%.so)
FUZZ_BINS := $(patsubst %.c,$(O)/%,$(wildcard tests/fuzz/fuzz_*.c))
STRESS_CORE_BINS := $(patsubst %.c,$(O)/%,$(wildcard tests/stress/core_*.c)) $(FUZZ_BINS)
STRESS_BINS := $(patsubst %.c,$(O)/%,$(filter-out tests/stress/core_%,$(wildcard tests/stress/*.c)))

ifeq ($(SANITIZE),)
TEST_BINS := $(UNIT_BINS) $(PRELOAD_BINS) $(PLUGIN_BINS) $(STRESS_CORE_BINS) $(STRESS_BINS)
else
TEST_BINS := $(if $(filter fuzzer,$(SANITIZE)),$(FUZZ_BINS),$(UNIT_BINS) $(STRESS_CORE_BINS))
endif

.PHONY: tests
tests: $(TEST_BINS)

$(O)/obj/tests/unit/main.o: tests/unit/main.c $(O)/.flags
	@mkdir -p $(@D)
	$(QUIET_CC)$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(UNIT_BINS): $(O)/%: %.c $(O)/obj/tests/unit/main.o $(LIB_A) $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CC) $(TEST_CFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		$(O)/obj/tests/unit/main.o $(LIB_A) -lcunit $(VARIANT_LDFLAGS) $(call flags_of,$<)

$(STRESS_CORE_BINS): $(O)/%: %.c $(LIB_A) $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CC) $(TEST_CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(LIB_A) \
		$(VARIANT_LDFLAGS) $(call flags_of,$<)

$(PRELOAD_C:%.c=$(O)/%) $(STRESS_BINS): $(O)/%: %.c $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CC) $(TEST_CFLAGS) $(PRELOAD_CFLAGS) -MMD -MP -MF $@.d -o $@ $< \
		-L$(O) $(call flags_of,$<)

$(PRELOAD_CC:%.cc=$(O)/%): $(O)/%: %.cc $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CXX) $(filter-out -std=% -D_GNU_SOURCE=,$(TEST_CFLAGS)) -std=gnu++17 $(PRELOAD_CFLAGS) \
		-MMD -MP -MF $@.d -o $@ $< -L$(O) $(call flags_of,$<)

$(PLUGIN_C:%.c=$(O)/%.so): $(O)/%.so: %.c $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CC) $(TEST_CFLAGS) $(PRELOAD_CFLAGS) -fPIC -shared -MMD -MP -MF $@.d -o $@ $< \
		-L$(O) $(call flags_of,$<)

$(PLUGIN_CC:%.cc=$(O)/%.so): $(O)/%.so: %.cc $(O)/.flags
	@mkdir -p $(@D) && rm -f $@
	$(QUIET_CC)$(CXX) $(filter-out -std=% -D_GNU_SOURCE=,$(TEST_CFLAGS)) -std=gnu++17 $(PRELOAD_CFLAGS) -fPIC -shared \
		-MMD -MP -MF $@.d -o $@ $< -L$(O) $(call flags_of,$<)

# Those that are linked against the library wait for it.
LINKED := $(shell grep -lE 'flags:.*(lkmemu|libkmemu)' tests/preload/*.c tests/preload/*.cc \
	tests/stress/*.c 2>/dev/null)
$(foreach s,$(filter-out tests/stress/core_%,$(LINKED)),$(eval \
	$(O)/$(basename $(s))$(if $(findstring /plugin_,$(s)),.so): $(PRODUCTS)))

# Test names to be run, all when empty: make check-preload T="fork vfork"
T	?=
RUN	= tests/run --build $(O) $(if $(T),$(addprefix --only ,$(T)))
BOTH	= $(PRODUCTS) $(TEST_BINS)

# The kernel's own tests on our headers: tests/kernel/run says where they come from.
.PHONY: check-kernel
check-kernel: $(LIB_A)
	@tests/kernel/run --build $(O) $(T) || { s=$$?; [ $$s -eq 77 ] || exit $$s; }

.PHONY: check check-long check-unit check-preload check-programs check-stress
check-unit: $(UNIT_BINS)
	$(RUN) unit
check-preload: $(BOTH)
	$(RUN) preload
check-programs: $(BOTH)
	$(RUN) programs
check-stress: $(BOTH)
	$(RUN) stress

# Everything. Tests and the other variants are built by tests/run, each as a test
# of its own, so that all that fails is seen in one run.
JOBS	:= $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
check: setup-tests
	tests/run --build $(O) $(if $(T),$(addprefix --only ,$(T))) check
check-long: setup-tests
	tests/run --build $(O) --long check

# -------------------------------------------------------------------- other

.PHONY: setup setup-tests lint format run bench install uninstall clean help
setup:
	scripts/setup
setup-tests:
	scripts/setup --tests
lint:
	scripts/lint
format:
	scripts/format
run:
	scripts/setup --run
	+@$(MAKE) --no-print-directory $(JOBS) all
	scripts/demo $(O)
bench:
	scripts/setup --bench
	+@$(MAKE) --no-print-directory $(JOBS) all
	bench/run $(BENCH)

PREFIX	?= /usr/local
BINDIR	?= $(PREFIX)/bin
LIBDIR	?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
PCDIR	?= $(LIBDIR)/pkgconfig
MANDIR	?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
DESTDIR	?=
INSTALL	?= install

man_dir	= $(DESTDIR)$(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))

# The kernel's headers in a directory of their own, so that they never stand in for
# those of the system.
KERNEL_HEADERS := $(wildcard include/linux/*.h include/linux/*/*.h include/asm/*.h \
	include/kunit/*.h include/netinet/*.h include/sys/*.h include/*.h)
KERNEL_INCLUDEDIR = $(INCLUDEDIR)/kmemu-kernel

# The command finds the library beside it or in ../lib.
install: all man
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PCDIR) \
		$(DESTDIR)$(INCLUDEDIR)/kmemu $(DESTDIR)$(COMPLETIONDIR)
	$(INSTALL) -m 755 $(CMD) $(DESTDIR)$(BINDIR)/kmemu
	$(INSTALL) -m 755 $(LIB_SO) $(DESTDIR)$(LIBDIR)/libkmemu.so
	$(INSTALL) -m 644 $(LIB_A) $(DESTDIR)$(LIBDIR)/libkmemu.a
	$(INSTALL) -m 644 include/kmemu/*.h $(DESTDIR)$(INCLUDEDIR)/kmemu/
	$(INSTALL) -m 644 cmd/kmemu.bash $(DESTDIR)$(COMPLETIONDIR)/kmemu
	$(foreach p,$(MAN_PAGES),$(INSTALL) -d $(call man_dir,$(p)) && \
		$(INSTALL) -m 644 $(p) $(call man_dir,$(p))/ && ) :
	$(foreach d,$(sort $(dir $(KERNEL_HEADERS:include/%=%))), \
		$(INSTALL) -d $(DESTDIR)$(KERNEL_INCLUDEDIR)/$(d) && \
		$(INSTALL) -m 644 include/$(d)*.h $(DESTDIR)$(KERNEL_INCLUDEDIR)/$(d) && ) :
	for pc in kmemu kmemu-kernel; do \
		sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
			-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' \
			$$pc.pc.in > $(DESTDIR)$(PCDIR)/$$pc.pc && \
		chmod 644 $(DESTDIR)$(PCDIR)/$$pc.pc || exit 1; done

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/kmemu $(DESTDIR)$(LIBDIR)/libkmemu.so \
		$(DESTDIR)$(LIBDIR)/libkmemu.a $(DESTDIR)$(PCDIR)/kmemu.pc \
		$(DESTDIR)$(PCDIR)/kmemu-kernel.pc \
		$(DESTDIR)$(COMPLETIONDIR)/kmemu \
		$(foreach p,$(MAN_PAGES),$(call man_dir,$(p))/$(notdir $(p)))
	rm -rf $(DESTDIR)$(INCLUDEDIR)/kmemu $(DESTDIR)$(KERNEL_INCLUDEDIR)

clean:
	rm -rf build

help:
	@echo 'make                  $(O)/kmemu, $(O)/libkmemu.so and $(O)/libkmemu.a'
	@echo 'make run              install what is missing, build, show python3 and gcc on the library'
	@echo 'make check            install what is missing, build, run every test'
	@echo 'make check-long       the same with the long stress runs'
	@echo 'make check-unit check-preload check-programs check-stress    one kind; T="name ..." chooses'
	@echo 'make check-kernel     the kernel'\''s own tests, unchanged, on include/; KERNEL_SOURCE=DIR'
	@echo 'make lint             ranks, sizes, format, cppcheck      make format   mends the format'
	@echo 'make bench            kmemu beside other allocators'
	@echo 'make install          PREFIX=$(PREFIX) DESTDIR=            make uninstall'
	@echo 'make man              the manual pages, in $(O)/man       make clean  removes build/'
	@echo
	@echo 'Variables: CC=gcc|clang  ARCH=generic  DEBUG=1  WERROR=1  V=1  O=DIR'
	@echo '           SANITIZE=address,undefined|thread|fuzzer (libkmemu.a and its tests)'

-include $(CORE_OBJS:.o=.d) $(A_OBJS:.o=.d) $(INTERPOSE_OBJS:.o=.d) $(CMD_OBJS:.o=.d) $(O)/obj/tests/unit/main.d
-include $(addsuffix .d,$(TEST_BINS))
