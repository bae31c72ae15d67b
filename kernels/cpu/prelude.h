/* What compiled programs call besides the elementary functions. Every loop
   adds in the order of the Go interpreter, which is the reference. */

static inline double quatre_tree(const double *restrict a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

/* The order of quatre_tree for products, and a sum of integers. */
static inline double quatre_product(const double *restrict a) {
  return ((a[0] * a[4]) * (a[2] * a[6])) * ((a[1] * a[5]) * (a[3] * a[7]));
}

static inline long quatre_count(const long *restrict e) {
  return e[0] + e[1] + e[2] + e[3] + e[4] + e[5] + e[6] + e[7];
}

/* Multiplies x to *s and moves the product's biased exponent to *e. */
static inline void quatre_log_step(double *restrict s, long *restrict e, double x) {
  const double y = *s * x;
  unsigned long b;
  __builtin_memcpy(&b, &y, sizeof b);
  *e += (long)(b >> 52);
  b = (b & 0xfffffffffffffUL) | 0x3ff0000000000000UL;
  double m;
  __builtin_memcpy(&m, &b, sizeof m);
  *s = (y >= 0x1p-1022) & (y <= 0x1.fffffffffffffp1023) ? m : __builtin_nan("");
}

/* quatre_log_step for lanes i mod 8, i < rows. */
static inline void quatre_log_steps(long rows, double *restrict s, long *restrict e, const double *restrict x) {
  long g = 0;
  for (; g + 8 <= rows; g += 8) {
    _Pragma("omp simd")
    for (int l = 0; l < 8; l++) quatre_log_step(s + l, e + l, x[g + l]);
  }
  for (int l = 0; g + l < rows; l++) quatre_log_step(s + l, e + l, x[g + l]);
}

/* s[i mod 8] += x[i], i < rows. */
static inline void quatre_sum(long rows, double *restrict s, const double *restrict x) {
  long g = 0;
  for (; g + 8 <= rows; g += 8) {
    _Pragma("omp simd")
    for (int l = 0; l < 8; l++) s[l] += x[g + l];
  }
  for (int l = 0; g + l < rows; l++) s[l] += x[g + l];
}

/* r[i] = sum over j of a[i + j n] x[j], for 8, 16, 24 or 32 rows. */
static inline void quatre_rowdot(long lanes, double *restrict r, const double *restrict a, long n, const double *restrict x, long cols) {
  if (lanes == 32) {
    double t[32] = {0};
    for (long j = 0; j < cols; j++) {
      const double *restrict const c = a + j * n;
      const double xj = x[j];
      _Pragma("omp simd")
      for (int l = 0; l < 32; l++) t[l] = __builtin_fma(c[l], xj, t[l]);
    }
    for (int l = 0; l < 32; l++) r[l] = t[l];
    return;
  }
  for (long g = 0; g < lanes; g += 8) {
    double t[8] = {0};
    for (long j = 0; j < cols; j++) {
      const double *restrict const c = a + j * n + g;
      const double xj = x[j];
      _Pragma("omp simd")
      for (int l = 0; l < 8; l++) t[l] = __builtin_fma(c[l], xj, t[l]);
    }
    for (int l = 0; l < 8; l++) r[g + l] = t[l];
  }
}

/* s[8 j + i mod 8] += a[i + j n] x[i], i < rows. The rows that follow are
   fetched ahead: a matrix is usually larger than the first-level cache. */
static inline void quatre_rowaxpy(long rows, double *restrict s, const double *restrict a, long n, const double *restrict x, long cols) {
  if (rows == 32) {
    double w[32];
    for (int l = 0; l < 32; l++) w[l] = x[l];
    for (long j = 0; j < cols; j++) {
      const double *restrict const c = a + j * n;
      double *restrict const t = s + 8 * j;
      for (int g = 0; g < 32; g += 8) __builtin_prefetch(c + 32 + g);
      double u[8];
      for (int l = 0; l < 8; l++) u[l] = t[l];
      for (int g = 0; g < 32; g += 8) {
        _Pragma("omp simd")
        for (int l = 0; l < 8; l++) u[l] = __builtin_fma(c[g + l], w[g + l], u[l]);
      }
      for (int l = 0; l < 8; l++) t[l] = u[l];
    }
    return;
  }
  for (long j = 0; j < cols; j++) {
    const double *restrict const c = a + j * n;
    double *restrict const t = s + 8 * j;
    long g = 0;
    for (; g + 8 <= rows; g += 8) {
      _Pragma("omp simd")
      for (int l = 0; l < 8; l++) t[l] = __builtin_fma(c[g + l], x[g + l], t[l]);
    }
    for (int l = 0; g + l < rows; l++) t[l] = __builtin_fma(c[g + l], x[g + l], t[l]);
  }
}

/* s[8 k[i] + i mod 8] += x[i], i < rows. Groups of rows with one index, as in
   sorted data, are added as vectors, and a run of them in registers. */
static inline void quatre_scatter(long rows, double *restrict s, const int *restrict k, const double *restrict x) {
  double t[8] = {0};
  long at = -1, g = 0;
  for (; g + 8 <= rows; g += 8) {
    int differ = 0;
    for (int l = 1; l < 8; l++) differ |= k[g + l] ^ k[g];
    if (at >= 0 && (differ || at != k[g])) {
      for (int l = 0; l < 8; l++) s[8 * at + l] = t[l];
      at = -1;
    }
    if (differ) {
      for (int l = 0; l < 8; l++) s[8 * (long)k[g + l] + l] += x[g + l];
      continue;
    }
    if (at < 0) {
      at = k[g];
      for (int l = 0; l < 8; l++) t[l] = s[8 * at + l];
    }
    for (int l = 0; l < 8; l++) t[l] += x[g + l];
  }
  if (at >= 0)
    for (int l = 0; l < 8; l++) s[8 * at + l] = t[l];
  for (int l = 0; g + l < rows; l++) s[8 * (long)k[g + l] + l] += x[g + l];
}

/* x[i] = o[i] + w[i] (x before), i = from, from + by, ..., n steps, from last; see
   ir.RunLinear. */
static inline void quatre_linear(long n, long from, long by, double *restrict x, const double *restrict o, const double *restrict w, double last) {
  x += from, o += from, w += from;
  for (; n >= 4; n -= 4) {
    const double p0 = w[0], w1 = w[by], w2 = w[2 * by], w3 = w[3 * by];
    const double p1 = w1 * p0, p2 = w2 * p1, p3 = w3 * p2;
    const double o0 = o[0];
    const double o1 = __builtin_fma(w1, o0, o[by]);
    const double o2 = __builtin_fma(w2, o1, o[2 * by]);
    const double o3 = __builtin_fma(w3, o2, o[3 * by]);
    x[0] = __builtin_fma(p0, last, o0);
    x[by] = __builtin_fma(p1, last, o1);
    x[2 * by] = __builtin_fma(p2, last, o2);
    last = __builtin_fma(p3, last, o3);
    x[3 * by] = last;
    x += 4 * by, o += 4 * by, w += 4 * by;
  }
  for (; n > 0; n--) {
    last = __builtin_fma(w[0], last, o[0]);
    x[0] = last;
    x += by, o += by, w += by;
  }
}

/* l = lower Cholesky factor of src (n x n, column-major), NaN if src is not
   positive definite. */
static inline void quatre_cholesky(long n, const double *restrict src, double *restrict l) {
  for (long j = 0; j < n; j++) {
    for (long i = 0; i < j; i++) l[i + j * n] = 0;
    double d = src[j + j * n];
    for (long k = 0; k < j; k++) d = __builtin_fma(-l[j + k * n], l[j + k * n], d);
    d = __builtin_sqrt(d);
    d = d > 0 ? d : __builtin_nan("");
    l[j + j * n] = d;
    for (long i = j + 1; i < n; i++) {
      double v = src[i + j * n];
      for (long k = 0; k < j; k++) v = __builtin_fma(-l[i + k * n], l[j + k * n], v);
      l[i + j * n] = v / d;
    }
  }
}

/* f = adjoint of the factorised matrix (lower triangle) from the factor l and
   its adjoint adj, reversing the factorisation column by column. */
static inline void quatre_cholesky_grad(long n, const double *restrict l, const double *restrict adj, double *restrict f) {
  for (long j = 0; j < n; j++)
    for (long i = 0; i < n; i++) f[i + j * n] = i < j ? 0 : adj[i + j * n];
  for (long j = n - 1; j >= 0; j--) {
    const double d = l[j + j * n];
    for (long i = n - 1; i > j; i--) {
      const double v = f[i + j * n] / d;
      f[i + j * n] = v;
      f[j + j * n] = __builtin_fma(-v, l[i + j * n], f[j + j * n]);
      for (long k = 0; k < j; k++) {
        f[j + k * n] = __builtin_fma(-v, l[i + k * n], f[j + k * n]);
        f[i + k * n] = __builtin_fma(-v, l[j + k * n], f[i + k * n]);
      }
    }
    f[j + j * n] = f[j + j * n] * 0.5 / d;
    const double v = 2 * f[j + j * n];
    for (long k = 0; k < j; k++) f[j + k * n] = __builtin_fma(-v, l[j + k * n], f[j + k * n]);
  }
}

/* x solves l x = b for lower triangular l (n x n), m right-hand sides. */
static inline void quatre_solve_lower(long n, long m, const double *restrict l, const double *restrict b, double *restrict x) {
  for (long c = 0; c < m; c++)
    for (long i = 0; i < n; i++) {
      double v = b[i + c * n];
      for (long k = 0; k < i; k++) v = __builtin_fma(-l[i + k * n], x[k + c * n], v);
      x[i + c * n] = v / l[i + i * n];
    }
}

/* x solves l' x = b for lower triangular l (n x n), m right-hand sides. */
static inline void quatre_solve_lower_t(long n, long m, const double *restrict l, const double *restrict b, double *restrict x) {
  for (long c = 0; c < m; c++)
    for (long i = n - 1; i >= 0; i--) {
      double v = b[i + c * n];
      for (long k = i + 1; k < n; k++) v = __builtin_fma(-l[k + i * n], x[k + c * n], v);
      x[i + c * n] = v / l[i + i * n];
    }
}
