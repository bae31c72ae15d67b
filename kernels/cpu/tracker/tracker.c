#include "tracker.h"

#include "common.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "rows.h"

#include "avx2.h"

#include "vector.h"
#undef TARGET
#undef INLINE
#undef NAME
#undef MAX_LEAVES
#undef SCATTER

#include "avx512.h"

#include "vector.h"
#undef TARGET
#undef INLINE
#undef NAME
#undef MAX_LEAVES
#undef SCATTER

int tracker_level(void) {
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("popcnt")) return TRACKER_PORTABLE;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512dq"))
		return TRACKER_AVX512;
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? TRACKER_AVX2 : TRACKER_PORTABLE;
}

// Calls the function of the level, and otherwise goes on below.
#define DISPATCH(level, function, leaves, ...)                                                   \
	if ((level) == TRACKER_AVX512 && (leaves) <= 16) return avx512_##function(__VA_ARGS__); \
	if ((level) >= TRACKER_AVX2 && (leaves) <= 16) return avx2_##function(__VA_ARGS__);
// Calls what all levels with vectors share.
#define DISPATCH_ROWS(level, function, leaves, ...) \
	if ((level) >= TRACKER_AVX2 && (leaves) <= 16) return rows_##function(__VA_ARGS__);
#else
#define DISPATCH_ROWS(level, function, leaves, ...) (void)(level);
int tracker_level(void) { return TRACKER_PORTABLE; }
#define DISPATCH(level, function, leaves, ...) (void)(level);
#endif

static void portable_fuse(const tracker_pass *p) {
	const int width = p->weights ? 2 : 1;
	float acc[2 * (TRACKER_LEAVES + TRACKER_QUERIES) * TRACKER_LANES];
	for (int64_t from = 0; from < p->n; from += TRACKER_BLOCK) {
		const int64_t to = from + TRACKER_BLOCK < p->n ? from + TRACKER_BLOCK : p->n;
		memset(acc, 0, sizeof(float) * (size_t)(width * sums_slots(p) * TRACKER_LANES));
		update_rows(p, from, to);
		scalar_sums(p, acc, from, to);
		for (int k = 0; k < width * sums_slots(p); k++)
			if (k / width != p->rest) p->sums[k] += lanes_total(acc + k * TRACKER_LANES);
	}
}

// fuse picks the code for the processor.
static void fuse(const tracker_pass *p) {
	DISPATCH(p->level, fuse, 0, p)
	portable_fuse(p);
}

void tracker_run(const tracker_pass *p) {
	memset(p->sums, 0, sizeof(double) * (size_t)((p->weights ? 2 : 1) * sums_slots(p)));
	if (p->query_count > 0) memset(p->counts, 0, sizeof(int32_t) * (size_t)p->query_count);
	fuse(p);
}

void tracker_fuse(int level, double *sums, int32_t *counts, float *resid, const float *weights, uint8_t *prev,
                  const float *change, const uint8_t *becomes, const uint8_t *rows, const uint8_t *column0,
                  const uint8_t *column1, const int32_t *queries, int64_t n, int32_t prev_leaves, int32_t leaves,
                  int32_t rest, int32_t query_count) {
	const tracker_pass p = {sums,    counts, resid,       weights, prev, change,      becomes, rows, {column0, column1},
	                        queries, n,      prev_leaves, leaves,  rest, query_count, level};
	tracker_run(&p);
}

double tracker_settle(int level, float *resid, const float *weights, const uint8_t *rows, const float *add,
                      int32_t leaves, int64_t n) {
	DISPATCH(level, settle, leaves, resid, weights, rows, add, leaves, n)
	(void)leaves;
	double sum = 0;
	for (int64_t from = 0; from < n; from += TRACKER_BLOCK) {
		float acc[TRACKER_LANES] = {0};
		for (int64_t i = from; i < n && i < from + TRACKER_BLOCK; i++) {
			const float r = resid[i] + add[rows[i]];
			resid[i] = r;
			float square = r * r;
			if (weights) square = weights[i] * square;
			acc[i % TRACKER_LANES] += square;
		}
		sum += lanes_total(acc);
	}
	return sum;
}

void tracker_split(int level, uint8_t *rows, const uint8_t *column, int64_t n, uint8_t from, uint8_t cut, uint8_t left,
                   uint8_t right) {
	DISPATCH_ROWS(level, split, 0, rows, column, n, from, cut, left, right)
	split_rows(rows, column, n, from, cut, left, right);
}

// route picks the code for the processor.
static void route(const tracker_way *w) {
	DISPATCH_ROWS(w->level, route, w->labels > w->leaves ? w->labels : w->leaves, w)
	// More leaves than a table has: splits are still parted as vectors.
	for (int64_t i = 0; i < w->n; i++) w->dst[i] = w->table[w->rows[i]];
	for (int s = 0; s < w->split_count; s++) {
		const uint8_t leaf = (uint8_t)w->splits[3 * s], cut = (uint8_t)w->splits[3 * s + 1], right = (uint8_t)w->splits[3 * s + 2];
		tracker_split(w->level, w->dst, w->column[s], w->n, leaf, cut, leaf, right);
	}
	for (int64_t i = 0; w->counts && i < w->n; i++) w->counts[w->dst[i]]++;
}

void tracker_route(const tracker_way *w) {
	if (w->counts) memset(w->counts, 0, sizeof(int32_t) * (size_t)w->leaves);
	route(w);
}

void tracker_move_rows(int level, uint8_t *dst, const uint8_t *rows, const uint8_t *table, int32_t *counts,
                       const uint8_t *column0, const uint8_t *column1, const uint8_t *column2, const uint8_t *column3,
                       const int32_t *splits, int64_t n, int32_t labels, int32_t leaves, int32_t split_count) {
	const tracker_way w = {dst,    rows, table,  counts, {column0, column1, column2, column3},
	                       splits, n,    labels, leaves, split_count, level};
	tracker_route(&w);
}

// add_tree adds one tree to the rows.
static void add_tree(int level, float *acc, uint8_t *rows, const uint8_t *codes, int64_t stride, const int32_t *splits,
                     int size, const float *values, int64_t n) {
	DISPATCH(level, add_tree, size + 1, acc, codes, stride, splits, size, values, n)
	memset(rows, 0, (size_t)n);
	for (int s = 0; s < size; s++)
		tracker_split(level, rows, codes + splits[3 * s + 1] * stride, n, (uint8_t)splits[3 * s],
		              (uint8_t)splits[3 * s + 2], (uint8_t)splits[3 * s], (uint8_t)(s + 1));
	for (int64_t i = 0; i < n; i++) acc[i] += values[rows[i]];
}

void tracker_predict(int level, float *acc, uint8_t *rows, const uint8_t *codes, int64_t stride, const uint8_t *sizes,
                     int64_t trees, const int32_t *splits, const float *values, int64_t n) {
	for (int64_t j = 0; j < trees; j++) {
		const int size = sizes[j];
		add_tree(level, acc, rows, codes, stride, splits, size, values, n);
		splits += 3 * size;
		values += size + 1;
	}
}
