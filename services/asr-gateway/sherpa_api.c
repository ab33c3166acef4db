/** @file sherpa_api.c  Loading sherpa-onnx, contract in sherpa_api.h */
#include "sherpa_api.h"

#include "base/mem.h"
#include "sherpa/sherpa.h"

int sherpa_api_load(struct sherpa_api *api, const char *folder, char *error,
		    size_t size)
{
#define SYMBOL(result, name, args) {#name, (void **)(void *)&api->name},
	const struct yh_sherpa_symbol symbols[] = {SHERPA_FUNCTIONS(SYMBOL)};
#undef SYMBOL

	return yh_sherpa_load(folder, symbols, YH_ARRAY_LEN(symbols), error,
			      size);
}
