// What the instruction sets share: one block of rows in plain C, which defines
// the results, and the sum of the lanes.
#ifndef QUATRE_TRACKER_COMMON_H
#define QUATRE_TRACKER_COMMON_H

#include <string.h>

#include "tracker.h"

// No product may be fused into an addition. GCC does not in the ISO mode that this
// package is compiled in; Clang has to be told.
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

// lanes_total adds the lanes as a tree in double.
static inline double lanes_total(const float *l) {
	double t[8];
	for (int j = 0; j < 8; j++) t[j] = (double)l[j] + (double)l[j + 8];
	for (int half = 4; half > 0; half /= 2)
		for (int j = 0; j < half; j++) t[j] += t[j + half];
	return t[0];
}

// sums_slots is the number of accumulators of a pass: leaves and queries.
static inline int sums_slots(const tracker_pass *p) { return p->leaves + p->query_count; }

// move_rows gives rows of the tree before their leaves.
static inline void move_rows(const tracker_pass *p, int64_t from, int64_t to) {
	if (!p->becomes) return;
	for (int64_t i = from; i < to; i++) p->prev[i] = p->becomes[p->prev[i]];
}

// update_rows changes the residual of rows and moves them.
static inline void update_rows(const tracker_pass *p, int64_t from, int64_t to) {
	if (!p->prev) return;
	for (int64_t i = from; i < to; i++) p->resid[i] += p->change[p->prev[i]];
	move_rows(p, from, to);
}

// split_rows parts rows in plain C.
static inline void split_rows(uint8_t *rows, const uint8_t *column, int64_t n, uint8_t from, uint8_t cut, uint8_t left,
                              uint8_t right) {
	for (int64_t i = 0; i < n; i++)
		if (rows[i] == from) rows[i] = column[i] <= cut ? left : right;
}

// route_rows moves rows in plain C and counts them.
static inline void route_rows(const tracker_way *w, int64_t from, int64_t to) {
	for (int64_t i = from; i < to; i++) w->dst[i] = w->table[w->rows[i]];
	for (int s = 0; s < w->split_count; s++) {
		const uint8_t *column = w->column[s];
		const int leaf = w->splits[3 * s], cut = w->splits[3 * s + 1], right = w->splits[3 * s + 2];
		for (int64_t i = from; i < to; i++)
			if (w->dst[i] == leaf && column[i] > cut) w->dst[i] = (uint8_t)right;
	}
	for (int64_t i = from; w->counts && i < to; i++) w->counts[w->dst[i]]++;
}

// masked is x where the mask is all ones, and +0 where it is 0, without a branch.
// Adding +0 changes no sum that began with +0.
static inline float masked(uint32_t mask, float x) {
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	bits &= mask;
	memcpy(&x, &bits, sizeof bits);
	return x;
}

// masked_rows adds sixteen rows to the accumulators of a leaf or query. The masks are made
// before the sums, so that both loops become vector code.
static inline void masked_rows(const tracker_pass *p, float *part, const uint32_t *mask, int64_t i) {
	const float *restrict resid = p->resid + i;
	if (!p->weights) {
		for (int j = 0; j < TRACKER_LANES; j++) part[j] += masked(mask[j], resid[j]);
		return;
	}
	const float *restrict weights = p->weights + i;
	for (int j = 0; j < TRACKER_LANES; j++) part[j] += masked(mask[j], weights[j]);
	for (int j = 0; j < TRACKER_LANES; j++) part[TRACKER_LANES + j] += masked(mask[j], weights[j] * resid[j]);
}

// leaf_rows adds the rows of one leaf to its accumulators; they are a multiple of the lanes.
static inline void leaf_rows(const tracker_pass *p, float *restrict sum, int64_t from, int64_t to, int leaf) {
	const size_t bytes = sizeof(float) * (size_t)((p->weights ? 2 : 1) * TRACKER_LANES);
	float part[2 * TRACKER_LANES];
	memcpy(part, sum, bytes);
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		const uint8_t *restrict rows = p->rows + i;
		uint32_t mask[TRACKER_LANES];
		for (int j = 0; j < TRACKER_LANES; j++) mask[j] = rows[j] == leaf ? ~(uint32_t)0 : 0;
		masked_rows(p, part, mask, i);
	}
	memcpy(sum, part, bytes);
}

// scatter_rows adds rows to the accumulators of their leaves.
static inline void scatter_rows(const tracker_pass *p, float *restrict acc, int64_t from, int64_t to) {
	const float *restrict resid = p->resid, *restrict weights = p->weights;
	const uint8_t *restrict rows = p->rows;
	if (!weights) {
		int64_t i = from;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		for (; i + TRACKER_LANES <= to; i += TRACKER_LANES)
			for (int half = 0; half < TRACKER_LANES; half += 8) {
				uint64_t eight; // leaves, read at once
				memcpy(&eight, rows + i + half, sizeof eight);
				for (int j = half; j < half + 8; j++, eight >>= 8) acc[(eight & 255) * TRACKER_LANES + j] += resid[i + j];
			}
#endif
		for (; i < to; i++) acc[rows[i] * TRACKER_LANES + i % TRACKER_LANES] += resid[i];
		return;
	}
	for (int64_t i = from; i < to; i++) {
		float *leaf = acc + 2 * rows[i] * TRACKER_LANES + i % TRACKER_LANES;
		const float w = weights[i], wr = w * resid[i];
		leaf[0] += w;
		leaf[TRACKER_LANES] += wr;
	}
}

// leaves_rows adds rows to the accumulators of their leaves, sixteen lanes each; with weights every
// one is two, Σ w and Σ w r. from is a multiple of the lanes.
static inline void leaves_rows(const tracker_pass *p, float *acc, int64_t from, int64_t to) {
	const int step = (p->weights ? 2 : 1) * TRACKER_LANES;
	const int64_t even = to - (to - from) % TRACKER_LANES;
	if (p->leaves <= 0) return;
	if (p->leaves > TRACKER_MASKED || even == from) {
		scatter_rows(p, acc, from, to);
		return;
	}
	for (int k = 0; k < p->leaves; k++)
		if (k != p->rest) leaf_rows(p, acc + k * step, from, even, k);
	scatter_rows(p, acc, even, to);
}

// query_rows adds the rows that meet query q to its accumulators.
static inline void query_rows(const tracker_pass *p, float *restrict acc, int64_t from, int64_t to, int q) {
	const size_t bytes = sizeof(float) * (size_t)((p->weights ? 2 : 1) * TRACKER_LANES);
	float *sum = acc + (p->weights ? 2 : 1) * (p->leaves + q) * TRACKER_LANES;
	const int leaf = p->queries[2 * q], cut = p->queries[2 * q + 1];
	float part[2 * TRACKER_LANES];
	int count = 0;
	memcpy(part, sum, bytes);
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		const uint8_t *restrict rows = p->rows + i, *restrict column = p->column[q] + i;
		uint32_t mask[TRACKER_LANES] = {0};
		if (to - i >= TRACKER_LANES) {
			for (int j = 0; j < TRACKER_LANES; j++) {
				mask[j] = (rows[j] == leaf) & (column[j] <= cut) ? ~(uint32_t)0 : 0;
				count -= (int)mask[j];
			}
			masked_rows(p, part, mask, i);
			continue;
		}
		for (int j = 0; j < to - i; j++) {
			if (rows[j] != leaf || column[j] > cut) continue;
			count++;
			const float w = p->weights ? p->weights[i + j] : 1, r = p->resid[i + j];
			part[j] += p->weights ? w : r;
			if (p->weights) part[TRACKER_LANES + j] += w * r;
		}
	}
	p->counts[q] += count;
	memcpy(sum, part, bytes);
}

// scalar_sums adds rows whose residual is up to date to all accumulators in plain C; from is a
// multiple of the lanes.
static inline void scalar_sums(const tracker_pass *p, float *acc, int64_t from, int64_t to) {
	leaves_rows(p, acc, from, to);
	for (int q = 0; q < p->query_count; q++) query_rows(p, acc, from, to, q);
}

// tail_rows changes and sums the last rows of a pass without weights, fewer than there are lanes.
static inline void tail_rows(const tracker_pass *p, float *restrict acc, int64_t from, int64_t to) {
	for (int64_t i = from; i < to; i++) {
		const int64_t lane = i - from;
		float r = p->resid[i];
		if (p->prev) p->resid[i] = r += p->change[p->prev[i]];
		if (p->becomes) p->prev[i] = p->becomes[p->prev[i]];
		const int row = p->rows[i]; // which may be in prev
		if (p->leaves > 0) acc[row * TRACKER_LANES + lane] += r;
		for (int q = 0; q < p->query_count; q++) {
			const int meets = (row == p->queries[2 * q]) & (p->column[q][i] <= p->queries[2 * q + 1]);
			acc[(p->leaves + q) * TRACKER_LANES + lane] += masked(-(uint32_t)meets, r);
			p->counts[q] += meets;
		}
	}
}

#endif
