/* transition_metric.h - the metrics of package samplers/nuts: the two halves of a step, and
 * momenta. The rows of a call are distinct, which restrict tells the compiler.
 */

/* Sums over the coordinates have two lanes, like those of metric_diag.go. */

typedef double qt_pair __attribute__((vector_size(16), aligned(8), may_alias));

#define QT_LOAD(row) (*(const qt_pair *)((row) + i))

/* metric_diag.go */

/* Makes a momentum p of standard normals p, and its velocity; returns the kinetic energy. */
static double qt_momentum(int64_t n, const double *restrict inverse, const double *restrict scale, double *restrict p,
                          double *restrict v) {
  double sum[2] = {0, 0};
  for (int64_t i = 0; i < n; i++) {
    p[i] = scale[i] * p[i];
    v[i] = inverse[i] * p[i];
    sum[i & 1] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}

static void qt_advance(int64_t n, double step, const double *restrict inverse, const double *restrict q,
                       const double *restrict p, const double *restrict grad, double *restrict next_q,
                       double *restrict next_p) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) {
    const double kicked = p[i] + half * grad[i];
    next_p[i] = kicked;
    next_q[i] = q[i] + step * (inverse[i] * kicked);
  }
}

static double qt_settle(int64_t n, double step, const double *restrict inverse, double *restrict p, double *restrict v,
                        const double *restrict grad) {
  const double half = 0.5 * step;
  qt_pair sum = {0, 0};
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const qt_pair kicked = QT_LOAD(p) + half * QT_LOAD(grad);
    const qt_pair velocity = QT_LOAD(inverse) * kicked;
    *(qt_pair *)(p + i) = kicked;
    *(qt_pair *)(v + i) = velocity;
    sum += kicked * velocity;
  }
  if (i < n) {
    p[i] = p[i] + half * grad[i];
    v[i] = inverse[i] * p[i];
    sum[0] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}

/* metric_rotation.go */

static void qt_rotate(int64_t n, double step, double cos, double sin, const double *restrict inverse,
                      const double *restrict mass, const double *restrict centre, const double *restrict q,
                      const double *restrict p, const double *restrict grad, double *restrict next_q,
                      double *restrict next_p) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) {
    const double x = q[i] - centre[i], pull = mass[i] * x;
    const double kicked = p[i] + half * (grad[i] + pull);
    next_q[i] = centre[i] + (cos * x + sin * (inverse[i] * kicked));
    next_p[i] = cos * kicked - sin * pull;
  }
}

static double qt_settle_rotation(int64_t n, double step, const double *restrict inverse, const double *restrict mass,
                                 const double *restrict centre, const double *restrict q, double *restrict p,
                                 double *restrict v, const double *restrict grad) {
  const double half = 0.5 * step;
  qt_pair sum = {0, 0};
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const qt_pair kicked = QT_LOAD(p) + half * (QT_LOAD(grad) + QT_LOAD(mass) * (QT_LOAD(q) - QT_LOAD(centre)));
    const qt_pair velocity = QT_LOAD(inverse) * kicked;
    *(qt_pair *)(p + i) = kicked;
    *(qt_pair *)(v + i) = velocity;
    sum += kicked * velocity;
  }
  if (i < n) {
    p[i] = p[i] + half * (grad[i] + mass[i] * (q[i] - centre[i]));
    v[i] = inverse[i] * p[i];
    sum[0] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}

/* directions.go */

typedef double qt_four __attribute__((vector_size(32), aligned(8), may_alias));

struct quatre_lowrank {
  int64_t rank;
  const double *scale;                          /* [dim] */
  const double *stretch, *grow, *shrink, *ease; /* [rank]; the last of rotations only */
  const double *directions;                     /* [rank][dim] */
  double *along;                                /* [rank] scratch */
};

#define QT_FOUR(row) (*(const qt_four *)((row) + i))

/* The end of a sum in four lanes: elements i to n - 1 are left. */
static inline double qt_dot_end(int64_t n, int64_t i, qt_four sum, const double *a, const double *b) {
  double first = sum[0], second = sum[1], third = sum[2];
  if (i < n) first += a[i] * b[i];
  if (i + 1 < n) second += a[i + 1] * b[i + 1];
  if (i + 2 < n) third += a[i + 2] * b[i + 2];
  return (first + third) + (second + sum[3]);
}

static double qt_dot(int64_t n, const double *restrict a, const double *restrict b) {
  qt_four sum = {0, 0, 0, 0};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) sum += QT_FOUR(a) * QT_FOUR(b);
  return qt_dot_end(n, i, sum, a, b);
}

/* Four directions at a time share their loads of x. */
static void qt_project(int64_t n, const struct quatre_lowrank *m, const double *restrict x) {
  double *restrict along = m->along;
  int64_t k = 0;
  for (; k + 4 <= m->rank; k += 4) {
    const double *restrict a = m->directions + k * n, *restrict b = a + n, *restrict c = b + n, *restrict d = c + n;
    qt_four to_a = {0, 0, 0, 0}, to_b = to_a, to_c = to_a, to_d = to_a;
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
      const qt_four these = QT_FOUR(x);
      to_a += QT_FOUR(a) * these;
      to_b += QT_FOUR(b) * these;
      to_c += QT_FOUR(c) * these;
      to_d += QT_FOUR(d) * these;
    }
    along[k] = qt_dot_end(n, i, to_a, a, x);
    along[k + 1] = qt_dot_end(n, i, to_b, b, x);
    along[k + 2] = qt_dot_end(n, i, to_c, c, x);
    along[k + 3] = qt_dot_end(n, i, to_d, d, x);
  }
  for (; k < m->rank; k++) along[k] = qt_dot(n, m->directions + k * n, x);
}

static void qt_spread(int64_t n, const struct quatre_lowrank *m, const double *restrict by, double *restrict x) {
  const double *restrict along = m->along;
  int64_t k = 0;
  for (; k + 4 <= m->rank; k += 4) {
    const double *restrict a = m->directions + k * n, *restrict b = a + n, *restrict c = b + n, *restrict d = c + n;
    const double on_a = by[k] * along[k], on_b = by[k + 1] * along[k + 1];
    const double on_c = by[k + 2] * along[k + 2], on_d = by[k + 3] * along[k + 3];
    for (int64_t i = 0; i < n; i++) x[i] = (((x[i] + on_a * a[i]) + on_b * b[i]) + on_c * c[i]) + on_d * d[i];
  }
  for (; k < m->rank; k++) {
    const double *restrict u = m->directions + k * n;
    const double on = by[k] * along[k];
    for (int64_t i = 0; i < n; i++) x[i] += on * u[i];
  }
}

/* metric_lowrank.go */

static void qt_multiply(int64_t n, const struct quatre_lowrank *m, double *restrict v, const double *restrict p) {
  const double *restrict scale = m->scale;
  for (int64_t i = 0; i < n; i++) v[i] = scale[i] * p[i];
  qt_project(n, m, v);
  qt_spread(n, m, m->stretch, v);
  for (int64_t i = 0; i < n; i++) v[i] *= scale[i];
}

static double qt_momentum_lowrank(int64_t n, const struct quatre_lowrank *m, const double *restrict grad,
                                  double *restrict p, double *restrict v, double *restrict grad_v) {
  const double *restrict scale = m->scale;
  memcpy(v, p, (size_t)n * 8);
  qt_project(n, m, p);
  qt_spread(n, m, m->shrink, p);
  qt_spread(n, m, m->grow, v);
  for (int64_t i = 0; i < n; i++) {
    p[i] = p[i] / scale[i];
    v[i] *= scale[i];
  }
  qt_multiply(n, m, grad_v, grad);
  return 0.5 * qt_dot(n, p, v);
}

static void qt_advance_lowrank(int64_t n, double step, const double *restrict q, const double *restrict p,
                               const double *restrict v, const double *restrict grad, const double *restrict grad_v,
                               double *restrict next_q, double *restrict next_p, double *restrict next_v) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) {
    const double velocity = v[i] + half * grad_v[i];
    next_p[i] = p[i] + half * grad[i];
    next_v[i] = velocity;
    next_q[i] = q[i] + step * velocity;
  }
}

static double qt_settle_lowrank(int64_t n, double step, const struct quatre_lowrank *m, double *restrict p,
                                double *restrict v, const double *restrict grad, double *restrict grad_v) {
  const double half = 0.5 * step;
  qt_pair sum = {0, 0};
  int64_t i = 0;
  qt_multiply(n, m, grad_v, grad);
  for (; i + 2 <= n; i += 2) {
    const qt_pair kicked = QT_LOAD(p) + half * QT_LOAD(grad), velocity = QT_LOAD(v) + half * QT_LOAD(grad_v);
    *(qt_pair *)(p + i) = kicked;
    *(qt_pair *)(v + i) = velocity;
    sum += kicked * velocity;
  }
  if (i < n) {
    p[i] = p[i] + half * grad[i];
    v[i] = v[i] + half * grad_v[i];
    sum[0] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}

/* metric_lowrank_rotation.go */

static void qt_attract(int64_t n, const struct quatre_lowrank *m, const double *restrict centre,
                       const double *restrict q, double *restrict pull) {
  const double *restrict scale = m->scale;
  for (int64_t i = 0; i < n; i++) pull[i] = (q[i] - centre[i]) / scale[i];
  qt_project(n, m, pull);
  qt_spread(n, m, m->ease, pull);
  for (int64_t i = 0; i < n; i++) pull[i] = pull[i] / scale[i];
}

static void qt_rotate_lowrank(int64_t n, double step, double cos, double sin, const double *restrict centre,
                              const double *restrict q, const double *restrict p, const double *restrict v,
                              const double *restrict grad, const double *restrict grad_v, const double *restrict pull,
                              double *restrict next_q, double *restrict next_p, double *restrict next_v,
                              double *restrict next_pull) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) {
    const double x = q[i] - centre[i];
    const double kicked = p[i] + half * (grad[i] + pull[i]), velocity = v[i] + half * (grad_v[i] + x);
    next_q[i] = centre[i] + (cos * x + sin * velocity);
    next_v[i] = cos * velocity - sin * x;
    next_p[i] = cos * kicked - sin * pull[i];
    next_pull[i] = cos * pull[i] + sin * kicked;
  }
}

static double qt_settle_lowrank_rotation(int64_t n, double step, const struct quatre_lowrank *m,
                                         const double *restrict centre, const double *restrict q, double *restrict p,
                                         double *restrict v, const double *restrict grad, double *restrict grad_v,
                                         const double *restrict pull) {
  const double half = 0.5 * step;
  qt_pair sum = {0, 0};
  int64_t i = 0;
  qt_multiply(n, m, grad_v, grad);
  for (; i + 2 <= n; i += 2) {
    const qt_pair kicked = QT_LOAD(p) + half * (QT_LOAD(grad) + QT_LOAD(pull));
    const qt_pair velocity = QT_LOAD(v) + half * (QT_LOAD(grad_v) + (QT_LOAD(q) - QT_LOAD(centre)));
    *(qt_pair *)(p + i) = kicked;
    *(qt_pair *)(v + i) = velocity;
    sum += kicked * velocity;
  }
  if (i < n) {
    p[i] = p[i] + half * (grad[i] + pull[i]);
    v[i] = v[i] + half * (grad_v[i] + (q[i] - centre[i]));
    sum[0] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}
