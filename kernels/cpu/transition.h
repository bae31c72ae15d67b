/* transition.h - transitions of the no-U-turn sampler, in one call: the algorithm of
 * package samplers/nuts, operation by operation, so that its draws have the same bits.
 * Names and order follow the Go files, which hold the explanations and the sources; here
 * stands only what C adds. The density is called through a pointer, so this text is
 * compiled once for all programs, after elem.h, transition_random.h and
 * transition_metric.h.
 */

typedef void (*quatre_density)(double *const *, const int *const *);

/* The request and its answers; package cpu mirrors the layout. */

struct quatre_outcome {
  double log_density, energy, accept_sum, symmetric_sum;
  int64_t leapfrogs, depth, ended;
};

struct quatre_transition {
  quatre_density density;
  double **bufs;                     /* its tables */
  const int *const *ints;
  int64_t at_q, at_grad;             /* entries of bufs that are set to each point's own rows */
  const double *value;               /* where it writes the log density */

  double *q, *grad;                  /* [dim] in: where the chain stands; out: the last draw */
  int64_t metric;                    /* QT_DIAG, ... */
  const double *inverse, *scale;     /* [dim] of the first two */
  const double *centre;              /* [dim] of rotations */
  struct quatre_lowrank lowrank;
  char *memory;                      /* scratch; if null, memory_size is set to its bytes and nothing is done */
  int64_t dim, max_depth;
  double step_size, cos, sin, max_energy_error;
  uint64_t key, high, position;      /* of the stream of random numbers; position is advanced */

  double log_density;                /* in and out, as q and grad */
  int64_t most, made;                /* transitions that are wanted, and made */
  int64_t budget;                    /* leapfrogs after which no other is begun */
  struct quatre_outcome *outcomes;   /* [most] */
  double *positions;                 /* [most][dim] the draws; may be null */
  int64_t outside;                   /* the density is zero at q; nothing was done */
  int64_t memory_size;
};

enum { QT_DIAG, QT_ROTATION, QT_LOWRANK, QT_LOWRANK_ROTATION };
enum { QT_COMPLETE, QT_TURNING, QT_DIVERGING };

/* weight.go */

typedef struct {
  double sum, shift;
} qt_weight;

static double qt_at(qt_weight w, double shift) { return w.sum * qe_exp(w.shift - shift); }

static qt_weight qt_plus(qt_weight a, qt_weight b) {
  if (a.shift == b.shift) return (qt_weight){a.sum + b.sum, a.shift};
  const double shift = a.shift > b.shift ? a.shift : b.shift;
  return (qt_weight){qt_at(a, shift) + qt_at(b, shift), shift};
}

static qt_weight qt_times(qt_weight w, double factor) { return (qt_weight){w.sum * factor, w.shift}; }

static int qt_exceeds(qt_weight a, qt_weight b) {
  if (a.shift == b.shift) return a.sum > b.sum;
  const double shift = a.shift > b.shift ? a.shift : b.shift;
  return qt_at(a, shift) > qt_at(b, shift);
}

static qt_weight qt_new_weight(double exponent, double *accept) {
  if (exponent > 500) {
    *accept = 1;
    return (qt_weight){1, exponent};
  }
  const double e = qe_exp(exponent);
  if (exponent < -500) {
    *accept = e;
    return (qt_weight){1, exponent};
  }
  *accept = 1 < e ? 1 : e;
  return (qt_weight){e, 0};
}

/* point.go: points and momentum sums are handed out from the caller's memory. A row of
 * doubles begins on a cache line and has room behind it, since a density reads whole groups
 * of elements. */

typedef struct {
  double *q, *p, *v, *grad;
  double *grad_v, *pull; /* with directions */
  double log_density, energy;
  int64_t holders;
} qt_point;

typedef struct {
  qt_point *begin, *end;
  double *rho;
} qt_tree;

enum { QT_DEPTH = 30, QT_POINTS = 2 * (QT_DEPTH + 1) + 8, QT_SUMS = QT_DEPTH + 4 };

typedef struct {
  struct quatre_transition *t;
  struct quatre_outcome *out;
  qt_stream stream;
  int64_t n, row;
  double step, start_energy;
  double *mass; /* 1/inverse, of rotations */
  qt_point *proposal;
  qt_weight total, threshold;
  char *fresh; /* memory not handed out yet */
  int64_t made, free_count, spare_count;
  qt_point *free_points[QT_POINTS];
  double *spare[QT_SUMS];
  qt_point points[QT_POINTS];
  qt_tree trajectory, stack[QT_DEPTH + 1];
} qt_sampler;

enum { QT_ROOM = 8 };

static int64_t qt_row(int64_t dim) { return (dim + QT_ROOM + 7) / 8 * 8; }

static int64_t qt_header(void) { return ((int64_t)sizeof(qt_sampler) + 63) / 64 * 64; }

static int64_t qt_memory_size(int64_t dim, int64_t max_depth) {
  const int64_t points = 2 * (max_depth + 1) + 8, sums = max_depth + 4;
  return qt_header() + (1 + 6 * points + sums) * qt_row(dim) * 8;
}

static double *qt_take(qt_sampler *s) {
  double *row = (double *)s->fresh;
  s->fresh += s->row * 8;
  return row;
}

static qt_point *qt_get_point(qt_sampler *s) {
  qt_point *z;
  if (s->free_count > 0) {
    z = s->free_points[--s->free_count];
  } else {
    z = &s->points[s->made++];
    z->q = qt_take(s);
    z->p = qt_take(s);
    z->v = qt_take(s);
    z->grad = qt_take(s);
    if (s->t->metric >= QT_LOWRANK) {
      z->grad_v = qt_take(s);
      z->pull = qt_take(s);
    }
  }
  z->holders = 1;
  return z;
}

static void qt_release(qt_sampler *s, qt_point *z) {
  if (--z->holders == 0) s->free_points[s->free_count++] = z;
}

static double *qt_get_sum(qt_sampler *s) { return s->spare_count > 0 ? s->spare[--s->spare_count] : qt_take(s); }

/* leapfrog.go */

static double qt_energy(double kinetic, double log_density) {
  const double h = kinetic - log_density;
  return QE_FABS(h) <= 0x1.fffffffffffffp1023 ? h : __builtin_inf();
}

/* The first half of a step. */
static void qt_set_out(const qt_sampler *s, qt_point *to, const qt_point *from) {
  const struct quatre_transition *t = s->t;
  const double sin = s->step < 0 ? -t->sin : t->sin;
  switch (t->metric) {
  case QT_ROTATION:
    qt_rotate(s->n, s->step, t->cos, sin, t->inverse, s->mass, t->centre, from->q, from->p, from->grad, to->q,
              to->p);
    return;
  case QT_LOWRANK:
    qt_advance_lowrank(s->n, s->step, from->q, from->p, from->v, from->grad, from->grad_v, to->q, to->p, to->v);
    return;
  case QT_LOWRANK_ROTATION:
    qt_rotate_lowrank(s->n, s->step, t->cos, sin, t->centre, from->q, from->p, from->v, from->grad, from->grad_v,
                      from->pull, to->q, to->p, to->v, to->pull);
    return;
  default:
    qt_advance(s->n, s->step, t->inverse, from->q, from->p, from->grad, to->q, to->p);
  }
}

/* The second half; returns the kinetic energy. */
static double qt_arrive(const qt_sampler *s, qt_point *to) {
  const struct quatre_transition *t = s->t;
  switch (t->metric) {
  case QT_ROTATION:
    return qt_settle_rotation(s->n, s->step, t->inverse, s->mass, t->centre, to->q, to->p, to->v, to->grad);
  case QT_LOWRANK:
    return qt_settle_lowrank(s->n, s->step, &t->lowrank, to->p, to->v, to->grad, to->grad_v);
  case QT_LOWRANK_ROTATION:
    return qt_settle_lowrank_rotation(s->n, s->step, &t->lowrank, t->centre, to->q, to->p, to->v, to->grad, to->grad_v,
                                      to->pull);
  default:
    return qt_settle(s->n, s->step, t->inverse, to->p, to->v, to->grad);
  }
}

static void qt_leapfrog(qt_sampler *s, qt_point *to, const qt_point *from) {
  const struct quatre_transition *t = s->t;
  qt_set_out(s, to, from);
  t->bufs[t->at_q] = to->q;
  t->bufs[t->at_grad] = to->grad;
  t->density((double *const *)t->bufs, t->ints);
  to->log_density = *t->value;
  to->energy = qt_energy(qt_arrive(s, to), to->log_density);
}

/* uturn.go */

static int qt_turns_pair(int64_t n, double *restrict rho, const double *restrict pa, const double *restrict pb,
                         const double *restrict va, const double *restrict vb) {
  qt_pair a = {0, 0}, b = {0, 0};
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const qt_pair sum = QT_LOAD(pa) + QT_LOAD(pb);
    *(qt_pair *)(rho + i) = sum;
    a += QT_LOAD(va) * sum;
    b += QT_LOAD(vb) * sum;
  }
  if (i < n) {
    const double sum = pa[i] + pb[i];
    rho[i] = sum;
    a[0] += va[i] * sum;
    b[0] += vb[i] * sum;
  }
  return !(a[0] + a[1] > 0 && b[0] + b[1] > 0);
}

static int qt_turns_joined(int64_t n, double *restrict rho, const double *restrict rho_b, const qt_tree *a,
                           const qt_tree *b) {
  const double *restrict va_begin = a->begin->v, *restrict va_end = a->end->v, *restrict pa_end = a->end->p;
  const double *restrict vb_begin = b->begin->v, *restrict vb_end = b->end->v, *restrict pb_begin = b->begin->p;
  qt_pair begin_all = {0, 0}, end_all = {0, 0}, begin_left = {0, 0};
  qt_pair join_left = {0, 0}, join_right = {0, 0}, end_right = {0, 0};
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const qt_pair left = QT_LOAD(rho), right = QT_LOAD(rho_b), all = left + right;
    const qt_pair extra_left = left + QT_LOAD(pb_begin), extra_right = right + QT_LOAD(pa_end);
    const qt_pair first = QT_LOAD(va_begin), last = QT_LOAD(vb_end);
    *(qt_pair *)(rho + i) = all;
    begin_all += first * all;
    end_all += last * all;
    begin_left += first * extra_left;
    join_left += QT_LOAD(vb_begin) * extra_left;
    join_right += QT_LOAD(va_end) * extra_right;
    end_right += last * extra_right;
  }
  if (i < n) {
    const double left = rho[i], right = rho_b[i], all = left + right;
    const double extra_left = left + pb_begin[i], extra_right = right + pa_end[i];
    rho[i] = all;
    begin_all[0] += va_begin[i] * all;
    end_all[0] += vb_end[i] * all;
    begin_left[0] += va_begin[i] * extra_left;
    join_left[0] += vb_begin[i] * extra_left;
    join_right[0] += va_end[i] * extra_right;
    end_right[0] += vb_end[i] * extra_right;
  }
  return !((begin_all[0] + begin_all[1] > 0) & (end_all[0] + end_all[1] > 0) & (begin_left[0] + begin_left[1] > 0) &
           (join_left[0] + join_left[1] > 0) & (join_right[0] + join_right[1] > 0) &
           (end_right[0] + end_right[1] > 0));
}

/* tree.go and choice.go */

static void qt_plant(qt_tree *tree, qt_point *z) {
  z->holders += 2;
  tree->begin = tree->end = z;
  tree->rho = z->p;
}

static void qt_reverse(qt_tree *tree) {
  qt_point *z = tree->begin;
  tree->begin = tree->end;
  tree->end = z;
}

static void qt_offer(qt_sampler *s, qt_point *z, qt_weight w) {
  s->total = qt_plus(s->total, w);
  if (s->proposal) {
    if (!qt_exceeds(s->total, s->threshold)) return;
    qt_release(s, s->proposal);
  }
  z->holders++;
  s->proposal = z;
  s->threshold = qt_times(s->total, 1 / qt_uniform(&s->stream));
}

static int qt_leaf(qt_sampler *s, const qt_point *from, qt_point **leaf) {
  qt_point *z = qt_get_point(s);
  double accept;
  s->out->leapfrogs++;
  qt_leapfrog(s, z, from);
  const qt_weight w = qt_new_weight(s->start_energy - z->energy, &accept);
  s->out->accept_sum += accept;
  if (w.shift == 0) s->out->symmetric_sum += 2 * accept / (1 + w.sum);
  if (z->energy - s->start_energy > s->t->max_energy_error) return QT_DIVERGING;
  qt_offer(s, z, w);
  *leaf = z;
  return QT_COMPLETE;
}

static int qt_join(qt_sampler *s, qt_tree *first, qt_tree *second) {
  int turned;
  if (first->begin == first->end) {
    first->rho = qt_get_sum(s);
    turned = qt_turns_pair(s->n, first->rho, first->begin->p, second->begin->p, first->begin->v, second->begin->v);
  } else {
    turned = qt_turns_joined(s->n, first->rho, second->rho, first, second);
    s->spare[s->spare_count++] = second->rho;
  }
  qt_release(s, first->end);
  qt_release(s, second->begin);
  first->end = second->end;
  return turned;
}

static int qt_build(qt_sampler *s, int64_t depth, qt_point *from) {
  int64_t top = -1;
  for (uint32_t leaf = 0; leaf < (uint32_t)1 << depth; leaf++) {
    qt_point *z;
    const int result = qt_leaf(s, from, &z);
    if (result != QT_COMPLETE) return result;
    from = z;
    top++;
    qt_plant(&s->stack[top], z);
    qt_release(s, z);
    for (uint32_t bits = leaf; bits & 1; bits >>= 1) {
      top--;
      if (qt_join(s, &s->stack[top], &s->stack[top + 1])) return QT_TURNING;
    }
  }
  return QT_COMPLETE;
}

/* nuts.go */

/* Makes a momentum of the standard normals in z->p; returns the kinetic energy. */
static double qt_launch(const qt_sampler *s, qt_point *z) {
  const struct quatre_transition *t = s->t;
  if (t->metric < QT_LOWRANK) return qt_momentum(s->n, t->inverse, t->scale, z->p, z->v);
  const double kinetic = qt_momentum_lowrank(s->n, &t->lowrank, z->grad, z->p, z->v, z->grad_v);
  if (t->metric == QT_LOWRANK_ROTATION) qt_attract(s->n, &t->lowrank, t->centre, z->q, z->pull);
  return kinetic;
}

static qt_point *qt_start(qt_sampler *s) {
  const struct quatre_transition *t = s->t;
  qt_point *z = qt_get_point(s);
  memcpy(z->q, t->q, (size_t)s->n * 8);
  memcpy(z->grad, t->grad, (size_t)s->n * 8);
  z->log_density = t->log_density;
  qt_normals(&s->stream, s->n, z->p, z->v);
  z->energy = qt_energy(qt_launch(s, z), z->log_density);
  return z;
}

static void qt_grow(qt_sampler *s, qt_point *start) {
  struct quatre_transition *t = s->t;
  struct quatre_outcome *out = s->out;
  qt_tree *trajectory = &s->trajectory;
  qt_point *sample = start;
  qt_weight total = {1, 0};
  qt_plant(trajectory, start);
  const uint64_t directions = qt_word(&s->stream);
  while (out->depth < t->max_depth) {
    const int backward = (int)(directions >> out->depth & 1);
    s->step = t->step_size;
    if (backward) {
      s->step = -t->step_size;
      qt_reverse(trajectory);
    }
    s->proposal = 0;
    s->total = s->threshold = (qt_weight){0, 0};
    out->ended = qt_build(s, out->depth, trajectory->end);
    if (out->ended != QT_COMPLETE) break;
    out->depth++;
    qt_point *proposal = s->proposal;
    if (qt_exceeds(s->total, qt_times(total, qt_uniform(&s->stream)))) {
      qt_point *z = sample;
      sample = proposal;
      proposal = z;
    }
    qt_release(s, proposal);
    total = qt_plus(total, s->total);
    if (qt_join(s, trajectory, &s->stack[0])) {
      out->ended = QT_TURNING;
      break;
    }
    if (backward) qt_reverse(trajectory);
  }
  memcpy(t->q, sample->q, (size_t)s->n * 8);
  memcpy(t->grad, sample->grad, (size_t)s->n * 8);
  t->log_density = out->log_density = sample->log_density;
  out->energy = sample->energy;
}

/* Makes one transition from where the chain stands; false if that is outside. */
static int qt_move(qt_sampler *s, struct quatre_outcome *out) {
  struct quatre_transition *t = s->t;
  s->out = out;
  *out = (struct quatre_outcome){0, 0, 0, 0, 0, 0, QT_COMPLETE};
  s->fresh = t->memory + qt_header() + s->row * 8; /* behind mass */
  s->made = s->free_count = s->spare_count = 0;
  qt_point *start = qt_start(s);
  s->start_energy = start->energy;
  if (start->energy == __builtin_inf()) return 0;
  qt_grow(s, start);
  return 1;
}

void quatre_transition(struct quatre_transition *t) {
  qt_sampler *s = (qt_sampler *)t->memory;
  if (!s) {
    t->memory_size = qt_memory_size(t->dim, t->max_depth);
    return;
  }
  s->t = t;
  s->n = t->dim;
  s->row = qt_row(t->dim);
  s->stream.key = t->key;
  s->stream.high = t->high;
  qt_seek(&s->stream, t->position);
  s->mass = (double *)(t->memory + qt_header());
  if (t->metric == QT_ROTATION)
    for (int64_t i = 0; i < s->n; i++) s->mass[i] = 1 / t->inverse[i];
  double *const q = t->bufs[t->at_q], *const grad = t->bufs[t->at_grad];
  int64_t spent = 0;
  t->outside = 0;
  for (t->made = 0; t->made < t->most && spent < t->budget; t->made++) {
    struct quatre_outcome *out = &t->outcomes[t->made];
    if (!qt_move(s, out)) {
      t->outside = 1;
      break;
    }
    if (t->positions) memcpy(t->positions + t->made * s->n, t->q, (size_t)s->n * 8);
    spent += out->leapfrogs;
  }
  t->bufs[t->at_q] = q;
  t->bufs[t->at_grad] = grad;
  t->position = s->stream.position;
}
