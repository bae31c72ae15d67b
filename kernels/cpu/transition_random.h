/* transition_random.h - the random numbers of transition.h, with the bits of package rng. */

/* Philox4x32-10 and what is made of its words. Blocks are computed eight at a time,
 * which takes little longer than one: each round waits for the one before. */

enum {
  QT_GROUP = 16, /* words of eight blocks */
  QT_BATCH = 64 /* normals made at once */
};

typedef struct {
  uint64_t key, high, position;
  uint64_t words[QT_GROUP]; /* of the group that position is in, unless it begins there */
} qt_stream;

typedef uint64_t qt_quad __attribute__((vector_size(32)));

/* The products of the lower halves of all lanes. */
static inline qt_quad qt_product(qt_quad a, qt_quad b) {
#ifdef __AVX2__
  typedef int half __attribute__((vector_size(32)));
  return (qt_quad)__builtin_ia32_pmuludq256((half)a, (half)b);
#else
  return (a & 0xffffffff) * (b & 0xffffffff);
#endif
}

/* The counters of four blocks. Their upper halves hold remains of products, which no
 * product looks at. */
typedef struct {
  qt_quad c0, c1, c2, c3;
} qt_blocks;

static inline qt_blocks qt_round(qt_blocks c, uint32_t k0, uint32_t k1) {
  const qt_quad zero = {0, 0, 0, 0}, by0 = zero + 0xD2511F53u, by1 = zero + 0xCD9E8D57u;
  const qt_quad p0 = qt_product(c.c0, by0), p1 = qt_product(c.c2, by1);
  return (qt_blocks){(p1 >> 32) ^ (c.c1 ^ k0), p1, (p0 >> 32) ^ (c.c3 ^ k1), p0};
}

static inline void qt_put(qt_blocks c, uint64_t *restrict words) {
  const qt_quad first = (c.c0 & 0xffffffff) | c.c1 << 32, second = (c.c2 & 0xffffffff) | c.c3 << 32;
  for (int block = 0; block < 4; block++) {
    words[2 * block] = first[block];
    words[2 * block + 1] = second[block];
  }
}

/* Sets words to those of the group that position is in. It stands alone, since the compiler
 * would carry it out ahead of the question whether it is needed. */
static __attribute__((noinline)) void qt_fill(const qt_stream *s, uint64_t position, uint64_t *restrict words) {
  const uint64_t first = position / QT_GROUP * (QT_GROUP / 2);
  const qt_quad zero = {0, 0, 0, 0}, low = {first, first + 1, first + 2, first + 3};
  qt_blocks a = {low, low >> 32, zero + s->high, zero + (s->high >> 32)}, b = a;
  uint32_t k0 = (uint32_t)s->key, k1 = (uint32_t)(s->key >> 32);
  b.c0 = low + 4;
  b.c1 = b.c0 >> 32;
  for (int round = 0; round < 10; round++) {
    a = qt_round(a, k0, k1);
    b = qt_round(b, k0, k1);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  qt_put(a, words);
  qt_put(b, words + 8);
}

static void qt_seek(qt_stream *s, uint64_t position) {
  s->position = position;
  if (position % QT_GROUP) qt_fill(s, position, s->words);
}

static uint64_t qt_word(qt_stream *s) {
  if (s->position % QT_GROUP == 0) qt_fill(s, s->position, s->words);
  return s->words[s->position++ % QT_GROUP];
}

/* word >> 12 becomes the fraction of a number in [2^52, 2^53). */
static inline double qt_unit(uint64_t word) {
  return ((qe_from_bits(word >> 12 | 0x4330000000000000) - 0x1p52) + 0.5) * 0x1p-52;
}

static double qt_uniform(qt_stream *s) { return qt_unit(qt_word(s)); }

/* Normals by qe_normquantile: its branch for the middle, where most numbers are, for all of
 * them in vector code, then the tails. u is scratch. */
static void qt_normals(qt_stream *s, int64_t n, double *restrict normal, double *restrict u) {
  for (int64_t from = 0; from < n; from += QT_BATCH) {
    uint64_t words[QT_BATCH];
    int tails[QT_BATCH], found = 0;
    const int rows = n - from < QT_BATCH ? (int)(n - from) : QT_BATCH;
    int i = 0;
    for (; i < rows && s->position % QT_GROUP; i++) words[i] = qt_word(s);
    for (; i + QT_GROUP <= rows; i += QT_GROUP, s->position += QT_GROUP) qt_fill(s, s->position, words + i);
    for (; i < rows; i++) words[i] = qt_word(s);
#pragma omp simd
    for (int j = 0; j < rows; j++) {
      const double p = qt_unit(words[j]), q = p - 0.5;
      u[from + j] = p;
      normal[from + j] = q * qe_quantile_centre(0.180625 - q * q);
    }
    for (int j = 0; j < rows; j++) { /* without a branch, which would be guessed wrong */
      tails[found] = j;
      found += QE_FABS(u[from + j] - 0.5) > 0.425;
    }
    for (int j = 0; j < found; j++) normal[from + tails[j]] = qe_normquantile(u[from + tails[j]]);
  }
}
