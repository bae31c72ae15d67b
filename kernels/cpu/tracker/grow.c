#include "grow.h"

#include <math.h>
#include <string.h>

#include "tracker.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

// The constants of Kernel.Weigh.
static const double unit = 274877906944.0 * (1 + 1.0 / 262144), magic = 4503599627370496.0, log2e = 1.44269504088896340735992468100189214;

// histogram_four sums by four columns at once: a code that repeats waits for the last store to its
// bin, and the other columns fill the time.
static void histogram_four(int64_t *restrict h, int32_t width, const uint8_t *const c[4], const int32_t *restrict rows,
                           const int64_t *restrict values, int64_t n) {
	const uint8_t *restrict a = c[0], *restrict b = c[1], *restrict d = c[2], *restrict e = c[3];
	int64_t *restrict second = h + width, *restrict third = second + width, *restrict fourth = third + width;
	for (int64_t k = 0; k < n; k++) {
		const int64_t i = rows ? rows[k] : k, v = values[i];
		h[a[i]] += v;
		second[b[i]] += v;
		third[d[i]] += v;
		fourth[e[i]] += v;
	}
}

static void histogram_one(int64_t *restrict h, const uint8_t *restrict c, const int32_t *restrict rows,
                          const int64_t *restrict values, int64_t n) {
	if (rows)
		for (int64_t k = 0; k < n; k++) h[c[rows[k]]] += values[rows[k]];
	else
		for (int64_t k = 0; k < n; k++) h[c[k]] += values[k];
}

void tracker_histograms(int64_t *dst, int32_t width, const uint8_t *slab, int64_t stride, const int32_t *places, int32_t columns,
                        const int32_t *rows, const int64_t *values, int64_t n) {
	memset(dst, 0, sizeof(int64_t) * (size_t)columns * (size_t)width);
	int32_t c = 0;
	for (; c + 4 <= columns; c += 4) {
		const uint8_t *four[4];
		for (int j = 0; j < 4; j++) four[j] = slab + places[c + j] * stride;
		histogram_four(dst + c * width, width, four, rows, values, n);
	}
	for (; c < columns; c++) histogram_one(dst + c * width, slab + places[c] * stride, rows, values, n);
}

int64_t tracker_part(int32_t *restrict rows, int32_t *restrict spare, const uint8_t *restrict column,
                     const uint8_t *restrict right, int64_t n) {
	int64_t at = 0, over = 0;
	for (int64_t k = 0; k < n; k++) {
		// Written to both places, one of which is kept: no branch to guess.
		const int32_t i = rows[k];
		const int64_t goes = right[column[i]];
		rows[at] = i;
		spare[over] = i;
		at += 1 - goes;
		over += goes;
	}
	memcpy(rows + at, spare, sizeof(int32_t) * (size_t)over);
	return at;
}

int64_t tracker_quantize(int64_t *restrict values, const float *restrict x, double inverse, double bias, int32_t bits,
                         int64_t n) {
	const double most = bias - 1, least = -bias;
	uint64_t total = 0;
	for (int64_t i = 0; i < n; i++) {
		double u = (double)x[i] * inverse;
		u = u > least ? u : least;
		u = u < most ? u : most;
		const double shifted = u + bias + magic;
		uint64_t v;
		memcpy(&v, &shifted, sizeof v);
		v = ((v & (((uint64_t)1 << 52) - 1)) << bits) + 1;
		values[i] = (int64_t)v;
		total += v;
	}
	return (int64_t)total;
}

// candidate works out one cut.
static void candidate(const tracker_node *p, double whole, double log, double n, double sums, double *exponent,
                      double *factor) {
	const double s = (sums - p->bias * n) * p->scale;
	const double a = 1 + n * p->per_row, b = 1 + (p->count - n) * p->per_row;
	const double rest = p->sum - s, inverse = 1 / (a * b);
	*exponent = log + (p->half * inverse) * ((s * s) * b + (rest * rest) * a);
	*factor = whole * inverse;
}

// bound is the bound of a weight.
static int64_t bound(double exponent, double factor) {
	double x = exponent * log2e;
	if (!(x > -60)) x = -60;
	const uint64_t bits = (uint64_t)(int64_t)((x + 1023) * 1048576) << 32;
	double power;
	memcpy(&power, &bits, sizeof power);
	const double scaled = power * sqrt(factor) * unit + magic;
	uint64_t rounded;
	memcpy(&rounded, &scaled, sizeof rounded);
	return (int64_t)(rounded & (((uint64_t)1 << 52) - 1)) + 1;
}

// up_to is the first of the sums from low, …, high − 1 with more than most rows, or high.
static int32_t up_to(const int64_t *sums, int32_t low, int32_t high, int64_t mask, int64_t most) {
	while (low < high) {
		const int32_t middle = (low + high) / 2;
		if ((sums[middle] & mask) > most) high = middle;
		else low = middle + 1;
	}
	return low;
}

// running writes the sums up to each cut and narrows the range of cuts to those with enough rows on
// both sides.
static void running(int64_t *restrict sums, const int64_t *restrict hist, int32_t width, int32_t *range, int32_t bits,
                    int64_t least, int64_t most) {
	const int64_t mask = ((int64_t)1 << bits) - 1;
	const int32_t last = range[1] < width - 1 ? range[1] : width - 1;
	int64_t total = 0;
	int32_t k = 0;
	for (; k + 4 <= last + 1; k += 4) { // one addition waits for the four before, not four
		const int64_t two = hist[k] + hist[k + 1], three = two + hist[k + 2];
		sums[k] = total + hist[k];
		sums[k + 1] = total + two;
		sums[k + 2] = total + three;
		sums[k + 3] = total += three + hist[k + 3];
	}
	for (; k <= last; k++) sums[k] = total += hist[k];
	if (last < range[0]) {
		range[1] = range[0] - 1;
		return;
	}
	// The number of rows grows with the cut.
	range[0] = up_to(sums, range[0], last + 1, mask, least - 1);
	range[1] = up_to(sums, range[0], last + 1, mask, most) - 1;
}

static double exponents_of(double *exponents, double *factors, const int64_t *sums, double log, const tracker_node *p,
                           int32_t bits, double whole, int from, int to, double largest) {
	for (int k = from; k < to; k++) {
		candidate(p, whole, log, (double)(sums[k] & (((int64_t)1 << bits) - 1)), (double)(sums[k] >> bits), exponents + k,
		          factors + k);
		if (exponents[k] > largest) largest = exponents[k];
	}
	return largest;
}

static int64_t bounds_of(int64_t *weights, const double *exponents, const double *factors, double largest, int from, int to) {
	int64_t total = 0;
	for (int k = from; k < to; k++) {
		weights[k] = bound(exponents[k] - largest, factors[k]);
		total += weights[k];
	}
	return total;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("avx2")))

// integer is the number of four integers from 0 to 2^52 − 1.
TARGET static inline __m256d integer(__m256i x) {
	const __m256d m = _mm256_set1_pd(4503599627370496.0);
	return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(x, _mm256_castpd_si256(m))), m);
}

TARGET static double avx2_exponents_of(double *exponents, double *factors, const int64_t *sums, double log,
                                       const tracker_node *p, int32_t bits, double whole, int from, int to, double largest) {
	const __m256i mask = _mm256_set1_epi64x(((int64_t)1 << bits) - 1);
	const __m128i shift = _mm_cvtsi32_si128(bits);
	const __m256d one = _mm256_set1_pd(1), count = _mm256_set1_pd(p->count), sum = _mm256_set1_pd(p->sum);
	const __m256d scale = _mm256_set1_pd(p->scale), bias = _mm256_set1_pd(p->bias), per_row = _mm256_set1_pd(p->per_row);
	const __m256d half = _mm256_set1_pd(p->half), logs = _mm256_set1_pd(log), all = _mm256_set1_pd(whole);
	__m256d most = _mm256_set1_pd(largest);
	int k = from;
	for (; k + 4 <= to; k += 4) {
		const __m256i t = _mm256_loadu_si256((const __m256i *)(const void *)(sums + k));
		const __m256d n = integer(_mm256_and_si256(t, mask)), u = integer(_mm256_srl_epi64(t, shift));
		const __m256d s = _mm256_mul_pd(_mm256_sub_pd(u, _mm256_mul_pd(bias, n)), scale);
		const __m256d a = _mm256_add_pd(one, _mm256_mul_pd(n, per_row));
		const __m256d b = _mm256_add_pd(one, _mm256_mul_pd(_mm256_sub_pd(count, n), per_row));
		const __m256d rest = _mm256_sub_pd(sum, s), inverse = _mm256_div_pd(one, _mm256_mul_pd(a, b));
		const __m256d squares = _mm256_add_pd(_mm256_mul_pd(_mm256_mul_pd(s, s), b), _mm256_mul_pd(_mm256_mul_pd(rest, rest), a));
		const __m256d e = _mm256_add_pd(logs, _mm256_mul_pd(_mm256_mul_pd(half, inverse), squares));
		_mm256_storeu_pd(exponents + k, e);
		_mm256_storeu_pd(factors + k, _mm256_mul_pd(all, inverse));
		most = _mm256_max_pd(most, e);
	}
	double four[4];
	_mm256_storeu_pd(four, most);
	for (int j = 0; j < 4; j++)
		if (four[j] > largest) largest = four[j];
	return exponents_of(exponents, factors, sums, log, p, bits, whole, k, to, largest);
}

TARGET static int64_t avx2_bounds_of(int64_t *weights, const double *exponents, const double *factors, double largest,
                                     int from, int to) {
	const __m256d top = _mm256_set1_pd(largest), e = _mm256_set1_pd(log2e), least = _mm256_set1_pd(-60);
	const __m256d middle = _mm256_set1_pd(1023), digits = _mm256_set1_pd(1048576), units = _mm256_set1_pd(unit);
	const __m256i mask = _mm256_set1_epi64x(((int64_t)1 << 52) - 1), one = _mm256_set1_epi64x(1);
	__m256i total = _mm256_setzero_si256();
	int k = from;
	for (; k + 4 <= to; k += 4) {
		const __m256d x = _mm256_max_pd(_mm256_mul_pd(_mm256_sub_pd(_mm256_loadu_pd(exponents + k), top), e), least);
		const __m128i high = _mm256_cvttpd_epi32(_mm256_mul_pd(_mm256_add_pd(x, middle), digits));
		const __m256d power = _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_cvtepi32_epi64(high), 32));
		const __m256d scaled = _mm256_mul_pd(_mm256_mul_pd(power, _mm256_sqrt_pd(_mm256_loadu_pd(factors + k))), units);
		const __m256i bits = _mm256_castpd_si256(_mm256_add_pd(scaled, _mm256_set1_pd(magic)));
		const __m256i w = _mm256_add_epi64(_mm256_and_si256(bits, mask), one);
		_mm256_storeu_si256((__m256i *)(void *)(weights + k), w);
		total = _mm256_add_epi64(total, w);
	}
	int64_t four[4];
	_mm256_storeu_si256((__m256i *)(void *)four, total);
	return four[0] + four[1] + four[2] + four[3] + bounds_of(weights, exponents, factors, largest, k, to);
}
#else
#define avx2_exponents_of exponents_of
#define avx2_bounds_of bounds_of
#endif

double tracker_weigh(int level, int64_t *weights, int64_t *totals, double *exponents, double *factors,
                     const int64_t *hists, int32_t *ranges, const double *logs, const tracker_node *node,
                     int32_t columns, int32_t width, int32_t bits, int64_t least) {
	const int vectors = level >= TRACKER_AVX2;
	const double whole = 1 + node->count * node->per_row;
	double largest = 0;
	for (int32_t c = 0; c < columns; c++) {
		int64_t sums[TRACKER_BINS];
		const int32_t at = c * width;
		running(sums, hists + at, width, ranges + 2 * c, bits, least, (int64_t)node->count - least);
		largest = (vectors ? avx2_exponents_of : exponents_of)(exponents + at, factors + at, sums, logs[c], node, bits,
		                                                       whole, ranges[2 * c], ranges[2 * c + 1] + 1, largest);
	}
	for (int32_t c = 0; c < columns; c++) {
		const int32_t at = c * width;
		totals[c] = (vectors ? avx2_bounds_of : bounds_of)(weights + at, exponents + at, factors + at, largest,
		                                                   ranges[2 * c], ranges[2 * c + 1] + 1);
	}
	return largest;
}
