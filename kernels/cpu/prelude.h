/* What compiled programs call besides the elementary functions. Every loop
   adds in the order of the Go interpreter, which is the reference. */

static inline double quatre_tree(const double *restrict a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
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
