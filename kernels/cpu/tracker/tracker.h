// The passes over rows of the regression trees: see Kernel in package bart for what
// they compute. Each exists for three instruction sets with the same results to
// the last bit: sums have sixteen lanes and a fixed order whatever the width of the vectors.
#ifndef QUATRE_TRACKER_H
#define QUATRE_TRACKER_H

#include <stdint.h>

enum { TRACKER_LANES = 16, TRACKER_BLOCK = 2048, TRACKER_LEAVES = 255, TRACKER_QUERIES = 2, TRACKER_SPLITS = 4,
       // Up to this number of leaves plain C finds their rows by comparing, beyond by scattering.
       TRACKER_MASKED = 8 };

typedef struct {
	double *sums;
	int32_t *counts;
	float *resid;
	const float *weights;
	uint8_t *prev;
	const float *change;
	const uint8_t *becomes;
	const uint8_t *rows;
	const uint8_t *column[TRACKER_QUERIES];
	const int32_t *queries;
	int64_t n;
	int32_t prev_leaves, leaves, rest, query_count, level;
} tracker_pass;

// The instruction sets, by what they need.
enum { TRACKER_PORTABLE, TRACKER_AVX2, TRACKER_AVX512, TRACKER_LEVELS };

// tracker_level returns the best instruction set of this processor.
int tracker_level(void);

// tracker_run is tracker_fuse with its arguments in a struct.
void tracker_run(const tracker_pass *p);
void tracker_fuse(int level, double *sums, int32_t *counts, float *resid, const float *weights, uint8_t *prev,
                  const float *change, const uint8_t *becomes, const uint8_t *rows, const uint8_t *column0,
                  const uint8_t *column1, const int32_t *queries, int64_t n, int32_t prev_leaves, int32_t leaves, int32_t rest,
                  int32_t query_count);
double tracker_settle(int level, float *resid, const float *weights, const uint8_t *rows, const float *add,
                      int32_t leaves, int64_t n);
void tracker_split(int level, uint8_t *rows, const uint8_t *column, int64_t n, uint8_t from, uint8_t cut, uint8_t left,
                   uint8_t right);

// tracker_way is what tracker_route takes; counts may be null.
typedef struct {
	uint8_t *dst;
	const uint8_t *rows, *table;
	int32_t *counts;
	const uint8_t *column[TRACKER_SPLITS];
	const int32_t *splits;
	int64_t n;
	int32_t labels, leaves, split_count, level;
} tracker_way;

void tracker_route(const tracker_way *w);
void tracker_move_rows(int level, uint8_t *dst, const uint8_t *rows, const uint8_t *table, int32_t *counts,
                       const uint8_t *column0, const uint8_t *column1, const uint8_t *column2, const uint8_t *column3,
                       const int32_t *splits, int64_t n, int32_t labels, int32_t leaves, int32_t split_count);
void tracker_predict(int level, float *acc, uint8_t *rows, const uint8_t *codes, int64_t stride, const uint8_t *sizes,
                     int64_t trees, const int32_t *splits, const float *values, int64_t n);

#endif
