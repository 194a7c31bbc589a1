#pragma once
#include <libpq-fe.h>

/* The codes of diagnostic fields are character macros: one function for each field that is read. */
static inline const char *clariva_pq_state(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_SQLSTATE); }
static inline const char *clariva_pq_severity(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED); }
static inline const char *clariva_pq_message(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY); }
static inline const char *clariva_pq_table(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_TABLE_NAME); }
static inline const char *clariva_pq_column(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_COLUMN_NAME); }
static inline const char *clariva_pq_constraint(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME); }

/* Notices would go to stderr, and may hold values. */
static inline void clariva_pq_ignore_notice(void *unused, const PGresult *notice) { (void)unused; (void)notice; }
static inline void clariva_pq_be_silent(PGconn *c) { PQsetNoticeReceiver(c, clariva_pq_ignore_notice, 0); }
