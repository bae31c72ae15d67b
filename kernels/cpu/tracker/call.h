// The passes with their arguments in one struct, for calls past cgo.
#ifndef QUATRE_TRACKER_CALL_H
#define QUATRE_TRACKER_CALL_H

#include "tracker.h"

// tracker_move has the arguments of tracker_settle and tracker_split; each uses some of them.
typedef struct {
	float *resid;
	const float *weights, *add;
	uint8_t *rows;
	const uint8_t *column;
	double result;
	int64_t n;
	int32_t level, leaves;
	uint8_t from, cut, left, right;
} tracker_move;

enum { TRACKER_CALL_FUSE, TRACKER_CALL_SETTLE, TRACKER_CALL_SPLIT, TRACKER_CALL_ROUTE, TRACKER_CALLS };

// tracker_entry returns the function of a call. That of TRACKER_CALL_FUSE takes a tracker_pass, that of
// TRACKER_CALL_ROUTE a tracker_way, the others a tracker_move; the second argument is not used.
void *tracker_entry(int call);

#endif
