/** @file sherpa.c  Loading sherpa-onnx, contract in sherpa.h */
#include "sherpa/sherpa.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* @return The name of the first one that is missing, or NULL */
static const char *find_all(void *library,
			    const struct yh_sherpa_symbol *symbols, size_t n)
{
	char name[128];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "SherpaOnnx%s", symbols[i].name);
		*symbols[i].to = dlsym(library, name);
		if (!*symbols[i].to)
			return symbols[i].name;
	}

	return NULL;
}

int yh_sherpa_load(const char *folder, const struct yh_sherpa_symbol *symbols,
		   size_t n, char *error, size_t size)
{
	const char *(*version)(void) = NULL;
	/* POSIX lets a pointer to data hold one to a function. */
	const struct yh_sherpa_symbol of_version = {"GetVersionStr",
						    (void **)(void *)&version};
	const char *missing;
	char path[4096];
	void *library;

	snprintf(path, sizeof(path), "%s%s%s", folder ? folder : "",
		 folder && folder[0] ? "/" : "", YH_SHERPA_LIBRARY);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		snprintf(error, size,
			 "%s: not loaded (%s); `make sherpa` fetches version "
			 "%s",
			 path, dlerror(), YH_SHERPA_VERSION);
		return -ENOENT;
	}
	missing = find_all(library, &of_version, 1);
	if (!missing)
		missing = find_all(library, symbols, n);
	if (missing) {
		snprintf(error, size, "%s: has no function SherpaOnnx%s", path,
			 missing);
		return -ELIBBAD;
	}
	if (strcmp(version(), YH_SHERPA_VERSION)) {
		snprintf(error, size,
			 "%s: is version %s, not %s; `make sherpa` fetches it",
			 path, version(), YH_SHERPA_VERSION);
		return -ELIBBAD;
	}

	return 0;
}
