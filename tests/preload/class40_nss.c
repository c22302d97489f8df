/*
 * Class 40: NSS, resolver, iconv and locale load libraries of their own at run
 * time: getpwnam, getgrouplist, getaddrinfo, iconv_open, setlocale, glob, regex.
 */
#define _GNU_SOURCE
#include <glob.h>
#include <grp.h>
#include <iconv.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <regex.h>
#include "check.h"

static void names(void)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *list;
	gid_t group[100];
	int n = 100;

	CHECK(getpwnam("root") && getgrnam("root"));
	getpwnam("nobody-of-this-name");
	CHECK(getgrouplist("root", 0, group, &n) > 0);
	if (getaddrinfo("localhost", "80", &hint, &list) == 0)
		freeaddrinfo(list);
	CHECK(getaddrinfo("127.0.0.1", "80", &hint, &list) == 0);
	freeaddrinfo(list);
	getservbyname("http", "tcp");
}

static void conversions(void)
{
	char in[] = "text", out[64], *from = in, *to = out;
	size_t left = 4, room = sizeof(out);
	iconv_t cd = iconv_open("UTF-16", "ISO-8859-2");
	regex_t regex;
	glob_t found;

	if (cd != (iconv_t)-1) {
		CHECK(iconv(cd, &from, &left, &to, &room) == 0 && left == 0);
		iconv_close(cd);
	}
	setlocale(LC_ALL, "");
	setlocale(LC_ALL, "C.UTF-8");
	CHECK(regcomp(&regex, "^(a|b)*[0-9]+$", REG_EXTENDED) == 0);
	CHECK(regexec(&regex, "abab12", 0, NULL, 0) == 0);
	regfree(&regex);
	CHECK(glob("/*", 0, NULL, &found) == 0 && found.gl_pathc > 1);
	globfree(&found);
}

int main(void)
{
	for (int i = 0; i < 20; i++) {
		names();
		conversions();
	}
	return 0;
}
