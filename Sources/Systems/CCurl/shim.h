#pragma once
#include <curl/curl.h>

/* curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic: one typed function for each kind of argument. */
static inline CURLcode clariva_curl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode clariva_curl_set_off(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode clariva_curl_set_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode clariva_curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode clariva_curl_set_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
typedef size_t (*clariva_curl_write)(char *, size_t, size_t, void *);
static inline CURLcode clariva_curl_set_write(CURL *h, CURLoption o, clariva_curl_write f) { return curl_easy_setopt(h, o, f); }
typedef int (*clariva_curl_prereq)(void *, char *, char *, int, int);
static inline CURLcode clariva_curl_set_prereq(CURL *h, clariva_curl_prereq f) { return curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, f); }
static inline CURLcode clariva_curl_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode clariva_curl_get_off(CURL *h, CURLINFO i, curl_off_t *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode clariva_curl_get_pointer(CURL *h, CURLINFO i, void **v) { return curl_easy_getinfo(h, i, v); }
static inline CURLMcode clariva_curl_multi_set_long(CURLM *m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
/* CURL_GLOBAL_DEFAULT is an expression macro. */
static inline CURLcode clariva_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
