#include "call.h"

static void call_fuse(tracker_pass *p, void *unused) {
	(void)unused;
	tracker_run(p);
}

static void call_settle(tracker_move *m, void *unused) {
	(void)unused;
	m->result = tracker_settle(m->level, m->resid, m->weights, m->rows, m->add, m->leaves, m->n);
}

static void call_split(tracker_move *m, void *unused) {
	(void)unused;
	tracker_split(m->level, m->rows, m->column, m->n, m->from, m->cut, m->left, m->right);
}

static void call_route(tracker_way *w, void *unused) {
	(void)unused;
	tracker_route(w);
}

void *tracker_entry(int call) {
	switch (call) {
	case TRACKER_CALL_FUSE: return (void *)(intptr_t)call_fuse;
	case TRACKER_CALL_SETTLE: return (void *)(intptr_t)call_settle;
	case TRACKER_CALL_SPLIT: return (void *)(intptr_t)call_split;
	default: return (void *)(intptr_t)call_route;
	}
}
