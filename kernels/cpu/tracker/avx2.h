// Sixteen lanes as two vectors of eight (AVX2).
#define TARGET __attribute__((target("avx2,fma,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define NAME(x) avx2_##x
#define MAX_LEAVES 16
// Beyond this number of leaves their rows are found by scattering.
#define SCATTER 13

typedef struct {
	__m256 a, b;
} avx2_lanes;
typedef struct {
	__m256i a, b;
} avx2_index;
// A table of at most four values has them in both halves of low.
typedef struct {
	__m256 low, high;
} avx2_table;
typedef __m256 avx2_mark;
// Sixteen bytes, twice: every half can then be spread to words within itself.
typedef __m256i avx2_bytes;
typedef int avx2_counter;

INLINE avx2_lanes avx2_zero(void) { return (avx2_lanes){_mm256_setzero_ps(), _mm256_setzero_ps()}; }

INLINE avx2_lanes avx2_load(const float *x) { return (avx2_lanes){_mm256_loadu_ps(x), _mm256_loadu_ps(x + 8)}; }

INLINE void avx2_store(float *x, avx2_lanes v) {
	_mm256_storeu_ps(x, v.a);
	_mm256_storeu_ps(x + 8, v.b);
}

// total adds sixteen lanes as lanes_total does.
INLINE double avx2_total(const float *l) {
	const __m256d a = _mm256_add_pd(_mm256_cvtps_pd(_mm_loadu_ps(l)), _mm256_cvtps_pd(_mm_loadu_ps(l + 8)));
	const __m256d b = _mm256_add_pd(_mm256_cvtps_pd(_mm_loadu_ps(l + 4)), _mm256_cvtps_pd(_mm_loadu_ps(l + 12)));
	const __m256d four = _mm256_add_pd(a, b);
	const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
	return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

// pin keeps a sum in registers.
INLINE void avx2_pin(avx2_lanes *x) { __asm__("" : "+x"(x->a), "+x"(x->b)); }

INLINE avx2_lanes avx2_plus(avx2_lanes x, avx2_lanes y) {
	return (avx2_lanes){_mm256_add_ps(x.a, y.a), _mm256_add_ps(x.b, y.b)};
}

INLINE avx2_lanes avx2_times(avx2_lanes x, avx2_lanes y) {
	return (avx2_lanes){_mm256_mul_ps(x.a, y.a), _mm256_mul_ps(x.b, y.b)};
}

INLINE avx2_bytes avx2_load_bytes(const uint8_t *x) {
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)x));
}

INLINE avx2_index avx2_widen(avx2_bytes x) {
	const __m256i low = _mm256_setr_epi32((int)0x80808000, (int)0x80808001, (int)0x80808002, (int)0x80808003,
	                                      (int)0x80808004, (int)0x80808005, (int)0x80808006, (int)0x80808007);
	const __m256i high = _mm256_setr_epi32((int)0x80808008, (int)0x80808009, (int)0x8080800a, (int)0x8080800b,
	                                       (int)0x8080800c, (int)0x8080800d, (int)0x8080800e, (int)0x8080800f);
	return (avx2_index){_mm256_shuffle_epi8(x, low), _mm256_shuffle_epi8(x, high)};
}

// From the middle less count on there are count ones.
static const int32_t avx2_ones[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

INLINE avx2_index avx2_first_lanes(int64_t count) {
	const __m256i *mask = (const __m256i *)(const void *)(avx2_ones + 16 - count);
	return (avx2_index){_mm256_loadu_si256(mask), _mm256_loadu_si256(mask + 1)};
}

// load_first has the first lanes and 0 for the others, store_first stores them alone.
INLINE avx2_lanes avx2_load_first(const float *x, int64_t count) {
	const avx2_index mask = avx2_first_lanes(count);
	return (avx2_lanes){_mm256_maskload_ps(x, mask.a), _mm256_maskload_ps(x + 8, mask.b)};
}

INLINE void avx2_store_first(float *x, avx2_lanes v, int64_t count) {
	const avx2_index mask = avx2_first_lanes(count);
	_mm256_maskstore_ps(x, mask.a, v.a);
	_mm256_maskstore_ps(x + 8, mask.b, v.b);
}

// first has 0 for all lanes but the first.
INLINE avx2_lanes avx2_first(avx2_lanes v, int64_t count) {
	const avx2_index mask = avx2_first_lanes(count);
	return (avx2_lanes){_mm256_and_ps(v.a, _mm256_castsi256_ps(mask.a)), _mm256_and_ps(v.b, _mm256_castsi256_ps(mask.b))};
}

INLINE avx2_bytes avx2_bytes_of(__m128i x) { return _mm256_broadcastsi128_si256(x); }

INLINE avx2_table avx2_load_table(const float *x, int count) {
	if (count == 0) return (avx2_table){_mm256_setzero_ps(), _mm256_setzero_ps()};
	const int32_t *mask = avx2_ones + 16 - count;
	const __m256 low = _mm256_maskload_ps(x, _mm256_loadu_si256((const __m256i *)(const void *)mask));
	if (count <= 4) return (avx2_table){_mm256_permute2f128_ps(low, low, 0), _mm256_setzero_ps()};
	if (count <= 8) return (avx2_table){low, _mm256_setzero_ps()};
	return (avx2_table){low, _mm256_maskload_ps(x + 8, _mm256_loadu_si256((const __m256i *)(const void *)(mask + 8)))};
}

// lookup is for tables of at most eight values, lookup_wide for all.
INLINE avx2_lanes avx2_lookup(avx2_table t, avx2_index i) {
	return (avx2_lanes){_mm256_permutevar8x32_ps(t.low, i.a), _mm256_permutevar8x32_ps(t.low, i.b)};
}

INLINE __m256 avx2_half_wide(avx2_table t, __m256i i) {
	return _mm256_blendv_ps(_mm256_permutevar8x32_ps(t.low, i), _mm256_permutevar8x32_ps(t.high, i),
	                        _mm256_castsi256_ps(_mm256_slli_epi32(i, 28)));
}

INLINE avx2_lanes avx2_lookup_wide(avx2_table t, avx2_index i) {
	return (avx2_lanes){avx2_half_wide(t, i.a), avx2_half_wide(t, i.b)};
}

// lookup_four is lookup in a table of at most four values.
INLINE avx2_lanes avx2_lookup_four(avx2_table t, avx2_index i) {
	return (avx2_lanes){_mm256_permutevar_ps(t.low, i.a), _mm256_permutevar_ps(t.low, i.b)};
}

// mark_of is a table with 1 for a leaf and 0 for the other three.
INLINE avx2_mark avx2_mark_of(int leaf) {
	static const float one[7] = {0, 0, 0, 1};
	return _mm256_broadcast_ps((const __m128 *)(const void *)(one + 3 - (leaf & 3)));
}

// plus_marked adds r times 1 or 0, which is exact: plus_where in two instructions.
INLINE avx2_lanes avx2_plus_marked(avx2_lanes sum, avx2_index rows, avx2_mark mark, avx2_lanes r) {
	const avx2_lanes m = {_mm256_permutevar_ps(mark, rows.a), _mm256_permutevar_ps(mark, rows.b)};
	return (avx2_lanes){_mm256_fmadd_ps(r.a, m.a, sum.a), _mm256_fmadd_ps(r.b, m.b, sum.b)};
}

// A lane that is not added to gets +0 added, which changes no sum that began with +0.
INLINE avx2_lanes avx2_plus_where(avx2_lanes sum, avx2_index rows, int leaf, avx2_lanes r) {
	const __m256i k = _mm256_set1_epi32(leaf);
	sum.a = _mm256_add_ps(sum.a, _mm256_and_ps(r.a, _mm256_castsi256_ps(_mm256_cmpeq_epi32(rows.a, k))));
	sum.b = _mm256_add_ps(sum.b, _mm256_and_ps(r.b, _mm256_castsi256_ps(_mm256_cmpeq_epi32(rows.b, k))));
	return sum;
}

// below is all ones where x ≤ cut.
INLINE avx2_bytes avx2_below(avx2_bytes x, int cut) {
	return _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8((char)cut)), x);
}

INLINE avx2_counter avx2_zero_counter(void) { return 0; }

// marked_rows is the number of rows whose byte is all ones.
INLINE int avx2_marked_rows(avx2_bytes m) {
	return __builtin_popcount((unsigned)_mm_movemask_epi8(_mm256_castsi256_si128(m)));
}

INLINE avx2_lanes avx2_plus_query(avx2_lanes sum, avx2_bytes rows, avx2_bytes column, int leaf, int cut, avx2_lanes r,
                                  avx2_counter *count) {
	const __m256i low = _mm256_setr_epi32(0, 0x01010101, 0x02020202, 0x03030303, 0x04040404, 0x05050505, 0x06060606, 0x07070707);
	const __m256i high = _mm256_setr_epi32(0x08080808, 0x09090909, 0x0a0a0a0a, 0x0b0b0b0b, 0x0c0c0c0c, 0x0d0d0d0d,
	                                       0x0e0e0e0e, 0x0f0f0f0f);
	const __m256i m = _mm256_and_si256(avx2_below(column, cut), _mm256_cmpeq_epi8(rows, _mm256_set1_epi8((char)leaf)));
	*count += avx2_marked_rows(m);
	sum.a = _mm256_add_ps(sum.a, _mm256_and_ps(r.a, _mm256_castsi256_ps(_mm256_shuffle_epi8(m, low))));
	sum.b = _mm256_add_ps(sum.b, _mm256_and_ps(r.b, _mm256_castsi256_ps(_mm256_shuffle_epi8(m, high))));
	return sum;
}

INLINE avx2_bytes avx2_zero_bytes(void) { return _mm256_setzero_si256(); }

INLINE avx2_bytes avx2_move_bytes(avx2_bytes leaf, avx2_bytes column, int from, int cut, int to) {
	const __m256i m = _mm256_andnot_si256(avx2_below(column, cut), _mm256_cmpeq_epi8(leaf, _mm256_set1_epi8((char)from)));
	return _mm256_blendv_epi8(leaf, _mm256_set1_epi8((char)to), m);
}
