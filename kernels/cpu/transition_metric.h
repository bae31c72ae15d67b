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
                      const double *restrict centre, const double *restrict q, const double *restrict p,
                      const double *restrict grad, double *restrict next_q, double *restrict next_p) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) {
    const double x = q[i] - centre[i], pull = (1 / inverse[i]) * x;
    const double kicked = p[i] + half * (grad[i] + pull);
    next_q[i] = centre[i] + (cos * x + sin * (inverse[i] * kicked));
    next_p[i] = cos * kicked - sin * pull;
  }
}

static double qt_settle_rotation(int64_t n, double step, const double *restrict inverse, const double *restrict centre,
                                 const double *restrict q, double *restrict p, double *restrict v,
                                 const double *restrict grad) {
  const double half = 0.5 * step;
  qt_pair sum = {0, 0};
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const qt_pair mass = 1 / QT_LOAD(inverse);
    const qt_pair kicked = QT_LOAD(p) + half * (QT_LOAD(grad) + mass * (QT_LOAD(q) - QT_LOAD(centre)));
    const qt_pair velocity = QT_LOAD(inverse) * kicked;
    *(qt_pair *)(p + i) = kicked;
    *(qt_pair *)(v + i) = velocity;
    sum += kicked * velocity;
  }
  if (i < n) {
    p[i] = p[i] + half * (grad[i] + (1 / inverse[i]) * (q[i] - centre[i]));
    v[i] = inverse[i] * p[i];
    sum[0] += p[i] * v[i];
  }
  return 0.5 * (sum[0] + sum[1]);
}

/* metric_lowrank.go */

typedef double qt_four __attribute__((vector_size(32), aligned(8), may_alias));

struct quatre_lowrank {
  int64_t rank;
  const double *scale;            /* [dim] */
  const double *stretch, *shrink; /* [rank] */
  const double *directions;       /* [rank][dim] */
};

static double qt_dot(int64_t n, const double *restrict a, const double *restrict b) {
  qt_four sum = {0, 0, 0, 0};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) sum += *(const qt_four *)(a + i) * *(const qt_four *)(b + i);
  double first = sum[0], second = sum[1], third = sum[2];
  if (i < n) first += a[i] * b[i];
  if (i + 1 < n) second += a[i + 1] * b[i + 1];
  if (i + 2 < n) third += a[i + 2] * b[i + 2];
  return (first + third) + (second + sum[3]);
}

static void qt_correct(int64_t n, const struct quatre_lowrank *m, const double *restrict by, double *restrict x) {
  for (int64_t k = 0; k < m->rank; k++) {
    const double *restrict u = m->directions + k * n;
    const double along = by[k] * qt_dot(n, u, x);
    for (int64_t i = 0; i < n; i++) x[i] += along * u[i];
  }
}

static void qt_velocity(int64_t n, const struct quatre_lowrank *m, double *restrict v, const double *restrict p) {
  const double *restrict scale = m->scale;
  for (int64_t i = 0; i < n; i++) v[i] = scale[i] * p[i];
  qt_correct(n, m, m->stretch, v);
  for (int64_t i = 0; i < n; i++) v[i] *= scale[i];
}

static double qt_momentum_lowrank(int64_t n, const struct quatre_lowrank *m, double *restrict p, double *restrict v) {
  qt_correct(n, m, m->shrink, p);
  for (int64_t i = 0; i < n; i++) p[i] = p[i] / m->scale[i];
  qt_velocity(n, m, v, p);
  return 0.5 * qt_dot(n, p, v);
}

static void qt_advance_lowrank(int64_t n, double step, const struct quatre_lowrank *m, const double *restrict q,
                               const double *restrict p, const double *restrict grad, double *restrict next_q,
                               double *restrict next_p, double *restrict v) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) next_p[i] = p[i] + half * grad[i];
  qt_velocity(n, m, v, next_p);
  for (int64_t i = 0; i < n; i++) next_q[i] = q[i] + step * v[i];
}

static double qt_settle_lowrank(int64_t n, double step, const struct quatre_lowrank *m, double *restrict p,
                                double *restrict v, const double *restrict grad) {
  const double half = 0.5 * step;
  for (int64_t i = 0; i < n; i++) p[i] += half * grad[i];
  qt_velocity(n, m, v, p);
  return 0.5 * qt_dot(n, p, v);
}
