// Rows are bytes, and what moves them has the same instructions for every set with vectors (AVX2).
#ifndef QUATRE_TRACKER_ROWS_H
#define QUATRE_TRACKER_ROWS_H

#define TARGET __attribute__((target("avx2,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))

INLINE __m128i rows_few(const uint8_t *x) { return _mm_loadu_si128((const __m128i *)(const void *)x); }
INLINE __m256i rows_many(const uint8_t *x) { return _mm256_loadu_si256((const __m256i *)(const void *)x); }
INLINE void rows_set_few(uint8_t *x, __m128i v) { _mm_storeu_si128((__m128i *)(void *)x, v); }
INLINE void rows_set_many(uint8_t *x, __m256i v) { _mm256_storeu_si256((__m256i *)(void *)x, v); }

// rows_after is all ones from a byte on.
INLINE __m128i rows_after(int64_t from) {
	static const int8_t ones[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
	return rows_few((const uint8_t *)ones + 16 - from);
}

// rows_last has the last count bytes of those that end at x, of sixteen that there are, and then ones.
INLINE __m128i rows_last(const uint8_t *x, int64_t count) {
	const __m128i order = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	const __m128i down = _mm_add_epi8(order, _mm_set1_epi8((char)(16 - count)));
	return _mm_or_si128(_mm_shuffle_epi8(rows_few(x - 16), down), rows_after(count));
}

// rows_relabel_last replaces the last count labels of those that end at x.
INLINE void rows_relabel_last(uint8_t *x, __m256i table, int64_t count) {
	const __m128i rows = rows_few(x - 16);
	rows_set_few(x - 16, _mm_blendv_epi8(rows, _mm_shuffle_epi8(_mm256_castsi256_si128(table), rows), rows_after(16 - count)));
}

// rows_table is a table of at most sixteen leaves, twice.
INLINE __m256i rows_table(const uint8_t *table, int labels) {
	uint8_t sixteen[16] = {0};
	for (int k = 0; k < labels; k++) sixteen[k] = table[k];
	return _mm256_broadcastsi128_si256(rows_few(sixteen));
}

// rows_relabel replaces labels by leaves, for a multiple of sixteen rows.
INLINE void rows_relabel(uint8_t *dst, const uint8_t *rows, __m256i table, int64_t from, int64_t to) {
	int64_t i = from;
	for (; i + 32 <= to; i += 32) rows_set_many(dst + i, _mm256_shuffle_epi8(table, rows_many(rows + i)));
	if (i < to) rows_set_few(dst + i, _mm_shuffle_epi8(_mm256_castsi256_si128(table), rows_few(rows + i)));
}

// rows_parting has what a split does to the rows of a leaf: the left ones have columns of at most the cut.
typedef struct {
	__m256i leaf, cut, left, right;
} rows_parting;

INLINE rows_parting rows_parting_of(int leaf, int cut, int left, int right) {
	return (rows_parting){_mm256_set1_epi8((char)leaf), _mm256_set1_epi8((char)cut), _mm256_set1_epi8((char)left),
	                      _mm256_set1_epi8((char)right)};
}

INLINE __m256i rows_part_many(rows_parting p, __m256i rows, __m256i column) {
	const __m256i below = _mm256_cmpeq_epi8(_mm256_min_epu8(column, p.cut), column);
	return _mm256_blendv_epi8(rows, _mm256_blendv_epi8(p.right, p.left, below), _mm256_cmpeq_epi8(rows, p.leaf));
}

INLINE __m128i rows_part_few(rows_parting p, __m128i rows, __m128i column) {
	return _mm256_castsi256_si128(rows_part_many(p, _mm256_castsi128_si256(rows), _mm256_castsi128_si256(column)));
}

// rows_part parts a multiple of sixteen rows.
INLINE void rows_part(rows_parting p, uint8_t *rows, const uint8_t *column, int64_t n) {
	int64_t i = 0;
	for (; i + 32 <= n; i += 32) rows_set_many(rows + i, rows_part_many(p, rows_many(rows + i), rows_many(column + i)));
	if (i < n) rows_set_few(rows + i, rows_part_few(p, rows_few(rows + i), rows_few(column + i)));
}

// rows_split parts all rows of a leaf.
TARGET static void rows_split(uint8_t *rows, const uint8_t *column, int64_t n, uint8_t from, uint8_t cut, uint8_t left,
                              uint8_t right) {
	if (n >= 16) {
		const rows_parting p = rows_parting_of(from, cut, left, right);
		rows_part(p, rows, column, n - n % 16);
		// The last sixteen: those that have been parted stay where they are.
		rows_set_few(rows + n - 16, rows_part_few(p, rows_few(rows + n - 16), rows_few(column + n - 16)));
		return;
	}
	split_rows(rows, column, n, from, cut, left, right);
}

// rows_tally is the number of bytes equal to a leaf in at most a block of a multiple of 16 bytes, of which the
// bytes of a counter do not overflow.
INLINE int rows_tally(const uint8_t *rows, int64_t n, int leaf) {
	const __m256i k = _mm256_set1_epi8((char)leaf);
	__m256i count = _mm256_setzero_si256();
	int64_t i = 0;
	for (; i + 32 <= n; i += 32) count = _mm256_sub_epi8(count, _mm256_cmpeq_epi8(rows_many(rows + i), k));
	const __m256i s = _mm256_sad_epu8(count, _mm256_setzero_si256());
	const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(s), _mm256_extracti128_si256(s, 1));
	int total = _mm_cvtsi128_si32(two) + _mm_extract_epi16(two, 4);
	if (i < n)
		total += __builtin_popcount((unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(rows_few(rows + i), _mm256_castsi256_si128(k))));
	return total;
}

// rows_count adds the numbers of the rows of each leaf in a block to the counts.
INLINE void rows_count(int32_t *counts, int leaves, const uint8_t *rows, int64_t n) {
	int rest = (int)n; // what the last leaf has
	for (int k = 0; k < leaves - 1; k++) {
		const int tally = rows_tally(rows, n, k);
		counts[k] += tally;
		rest -= tally;
	}
	counts[leaves - 1] += rest;
}

// rows_route moves rows through splits, a block at a time, and counts those of each leaf.
TARGET static void rows_route(const tracker_way *w) {
	const int64_t even = w->n - w->n % 16;
	if (even == 0) {
		route_rows(w, 0, w->n);
		return;
	}
	const __m256i table = rows_table(w->table, w->labels);
	rows_parting splits[TRACKER_SPLITS];
	for (int s = 0; s < w->split_count; s++)
		splits[s] = rows_parting_of(w->splits[3 * s], w->splits[3 * s + 1], w->splits[3 * s], w->splits[3 * s + 2]);
	// The last sixteen rows are moved at last, with some of those before them anew.
	__m128i last = _mm_shuffle_epi8(_mm256_castsi256_si128(table), rows_few(w->rows + w->n - 16));
	for (int64_t from = 0; from < even; from += TRACKER_BLOCK) {
		const int64_t to = from + TRACKER_BLOCK < even ? from + TRACKER_BLOCK : even;
		rows_relabel(w->dst, w->rows, table, from, to);
		for (int s = 0; s < w->split_count; s++) rows_part(splits[s], w->dst + from, w->column[s] + from, to - from);
		if (w->counts) rows_count(w->counts, w->leaves, w->dst + from, to - from);
	}
	if (even == w->n) return;
	for (int s = 0; s < w->split_count; s++) last = rows_part_few(splits[s], last, rows_few(w->column[s] + w->n - 16));
	rows_set_few(w->dst + w->n - 16, last);
	for (int64_t i = even; w->counts && i < w->n; i++) w->counts[w->dst[i]]++;
}

#undef TARGET
#undef INLINE
#endif
