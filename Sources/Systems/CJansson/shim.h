#pragma once
#include <jansson.h>

/* jansson's reference counting and type tests are macros or inline functions that Swift cannot import. */
static inline void clariva_json_decref(json_t *value) { json_decref(value); }
static inline json_type clariva_json_typeof(const json_t *value) { return json_typeof(value); }
static inline int clariva_json_error_code(const json_error_t *error) { return (int)json_error_code(error); }
