// Sixteen lanes as one vector (AVX-512).
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define NAME(x) avx512_##x
#define MAX_LEAVES 16
// Beyond this number of leaves their rows are found by scattering.
#define SCATTER 24

typedef __m512 avx512_lanes;
typedef __m512i avx512_index;
typedef __m512 avx512_table;
typedef int avx512_mark;
typedef __m128i avx512_bytes;
typedef int avx512_counter;

INLINE avx512_lanes avx512_zero(void) { return _mm512_setzero_ps(); }

INLINE avx512_lanes avx512_load(const float *x) { return _mm512_loadu_ps(x); }

INLINE void avx512_store(float *x, avx512_lanes v) { _mm512_storeu_ps(x, v); }

INLINE double avx512_total(const float *l) {
	const __m512d eight = _mm512_add_pd(_mm512_cvtps_pd(_mm256_loadu_ps(l)), _mm512_cvtps_pd(_mm256_loadu_ps(l + 8)));
	const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
	const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
	return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

INLINE void avx512_pin(avx512_lanes *x) { __asm__("" : "+v"(*x)); }

INLINE avx512_lanes avx512_plus(avx512_lanes x, avx512_lanes y) { return _mm512_add_ps(x, y); }

INLINE avx512_lanes avx512_times(avx512_lanes x, avx512_lanes y) { return _mm512_mul_ps(x, y); }

INLINE avx512_bytes avx512_load_bytes(const uint8_t *x) { return _mm_loadu_si128((const __m128i *)(const void *)x); }

INLINE __mmask16 avx512_first_lanes(int64_t count) { return (__mmask16)((1u << count) - 1); }

INLINE avx512_lanes avx512_load_first(const float *x, int64_t count) {
	return _mm512_maskz_loadu_ps(avx512_first_lanes(count), x);
}

INLINE void avx512_store_first(float *x, avx512_lanes v, int64_t count) {
	_mm512_mask_storeu_ps(x, avx512_first_lanes(count), v);
}

INLINE avx512_lanes avx512_first(avx512_lanes v, int64_t count) {
	return _mm512_maskz_mov_ps(avx512_first_lanes(count), v);
}

INLINE avx512_bytes avx512_bytes_of(__m128i x) { return x; }

INLINE avx512_index avx512_widen(avx512_bytes x) { return _mm512_cvtepu8_epi32(x); }

INLINE avx512_table avx512_load_table(const float *x, int count) {
	float t[16] = {0};
	for (int k = 0; k < count; k++) t[k] = x[k];
	return _mm512_loadu_ps(t);
}

INLINE avx512_lanes avx512_lookup(avx512_table t, avx512_index i) { return _mm512_permutexvar_ps(i, t); }

INLINE avx512_lanes avx512_plus_where(avx512_lanes sum, avx512_index rows, int leaf, avx512_lanes r) {
	return _mm512_mask_add_ps(sum, _mm512_cmpeq_epi32_mask(rows, _mm512_set1_epi32(leaf)), sum, r);
}

INLINE avx512_lanes avx512_lookup_wide(avx512_table t, avx512_index i) { return avx512_lookup(t, i); }

// Masks are as fast for any number of leaves.
INLINE avx512_lanes avx512_lookup_four(avx512_table t, avx512_index i) { return avx512_lookup(t, i); }

INLINE avx512_mark avx512_mark_of(int leaf) { return leaf; }

INLINE avx512_lanes avx512_plus_marked(avx512_lanes sum, avx512_index rows, avx512_mark mark, avx512_lanes r) {
	return avx512_plus_where(sum, rows, mark, r);
}

INLINE avx512_counter avx512_zero_counter(void) { return 0; }

INLINE avx512_lanes avx512_plus_query(avx512_lanes sum, avx512_bytes rows, avx512_bytes column, int leaf, int cut,
                                      avx512_lanes r, avx512_counter *count) {
	const __mmask16 m = _mm_mask_cmple_epu8_mask(_mm_cmpeq_epi8_mask(rows, _mm_set1_epi8((char)leaf)), column,
	                                             _mm_set1_epi8((char)cut));
	*count += __builtin_popcount(m);
	return _mm512_mask_add_ps(sum, m, sum, r);
}

INLINE avx512_bytes avx512_zero_bytes(void) { return _mm_setzero_si128(); }

INLINE avx512_bytes avx512_move_bytes(avx512_bytes leaf, avx512_bytes column, int from, int cut, int to) {
	const __mmask16 m = _mm_mask_cmpgt_epu8_mask(_mm_cmpeq_epi8_mask(leaf, _mm_set1_epi8((char)from)), column,
	                                             _mm_set1_epi8((char)cut));
	return _mm_mask_mov_epi8(leaf, m, _mm_set1_epi8((char)to));
}
