/** @file sherpa_api.c  Loading sherpa-onnx, contract in sherpa_api.h */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sherpa_api.h"

int sherpa_api_load(struct sherpa_api *api, const char *folder, char *error,
		    size_t size)
{
	char path[4096];
	const char *missing = NULL;

	snprintf(path, sizeof(path), "%s%s%s", folder ? folder : "",
		 folder && folder[0] ? "/" : "", SHERPA_LIBRARY);
	api->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!api->handle) {
		snprintf(error, size,
			 "%s: not loaded (%s); `make sherpa` fetches version "
			 "%s",
			 path, dlerror(), SHERPA_VERSION);
		return -ENOENT;
	}
	/* POSIX lets a pointer to data hold one to a function. */
#define LOAD(result, name, args)                                               \
	*(void **)(void *)&api->name = dlsym(api->handle, "SherpaOnnx" #name); \
	if (!api->name && !missing)                                            \
		missing = #name;
	SHERPA_FUNCTIONS(LOAD)
#undef LOAD
	if (missing) {
		snprintf(error, size, "%s: has no function SherpaOnnx%s", path,
			 missing);
		return -ELIBBAD;
	}
	if (strcmp(api->GetVersionStr(), SHERPA_VERSION)) {
		snprintf(error, size,
			 "%s: is version %s, not %s; `make sherpa` fetches it",
			 path, api->GetVersionStr(), SHERPA_VERSION);
		return -ELIBBAD;
	}

	return 0;
}
