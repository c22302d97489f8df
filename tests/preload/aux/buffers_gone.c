/*
 * A plug-in calls libaio without needing it by name: the loader binds the call while the
 * library is there, and keeps the library for it. So it must with kmemu.
 * With -DPLUGIN the plug-in; else: buffers_gone PLUGIN
 */
#include <dlfcn.h>
#include <stdio.h>

#ifdef PLUGIN
int io_submit(void *context, long n, void **requests);

int submit(void)
{
	return io_submit(NULL, 0, NULL);
}
#else
int main(int argc, char **argv)
{
	void *aio = dlopen("libaio.so.1", RTLD_LAZY | RTLD_GLOBAL), *plugin;
	int (*submit)(void);

	plugin = aio && argc > 1 ? dlopen(argv[1], RTLD_LAZY) : NULL;
	submit = plugin ? (int (*)(void))dlsym(plugin, "submit") : NULL;
	if (!submit)
		return 77;
	submit();
	dlclose(aio);
	submit();
	puts("done");
	return 0;
}
#endif
