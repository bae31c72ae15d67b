// One pass for an instruction set with vectors. The includer defines TARGET, the
// function attribute; NAME(x), the names; lanes, index and table, the types of
// sixteen float lanes, of sixteen leaf numbers, and of leaf values; MAX_LEAVES, the size of
// a table; and the operations on them, named below as they are used.

// The largest numbers of leaves that share a loop, with and without a change of the
// residual: more would not fit into registers.
enum { NAME(MASKS) = 2, NAME(MORE) = 4 };

// What a block's loop does to the residual: nothing, where plain C has done it before because a
// tree has too many leaves for a table; add by the tree's leaves; add by those of both
// trees; the same where none has more than four leaves, for which there are faster instructions; the
// same where one has more than eight.
enum { NAME(KEEP), NAME(ADD), NAME(BOTH), NAME(FOUR), NAME(WIDE) };

// change is what a pass adds to the residual.
typedef struct {
	NAME(table) prev, add;
	int kind, scalar;
} NAME(change);

// rows_plain runs the vector part of a block without weights. masks and kind are constants in
// each call, so every case is a loop of its own.
INLINE void NAME(rows_plain)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c,
                             const int *leaf, int masks, int kind) {
	NAME(lanes) total = NAME(zero)(), sum[NAME(MASKS)] = {NAME(zero)(), NAME(zero)()};
	float *restrict resid = p->resid;
	const uint8_t *restrict row = p->rows, *restrict prev = p->prev;
	const NAME(table) by_prev = c->prev, by_row = c->add;
	NAME(mark) marks[NAME(MASKS)];
	for (int k = 0; k < masks; k++) marks[k] = NAME(mark_of)(leaf[k]);
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		NAME(lanes) r = NAME(load)(resid + i);
		const NAME(index) rows = NAME(widen)(NAME(load_bytes)(row + i));
		if (kind == NAME(FOUR)) {
			const NAME(index) before = NAME(widen)(NAME(load_bytes)(prev + i));
			r = NAME(plus)(r, NAME(plus)(NAME(lookup_four)(by_prev, before), NAME(lookup_four)(by_row, rows)));
		} else if (kind == NAME(BOTH)) {
			const NAME(index) before = NAME(widen)(NAME(load_bytes)(prev + i));
			r = NAME(plus)(r, NAME(plus)(NAME(lookup)(by_prev, before), NAME(lookup)(by_row, rows)));
		} else if (kind == NAME(WIDE)) {
			const NAME(index) before = NAME(widen)(NAME(load_bytes)(prev + i));
			r = NAME(plus)(r, NAME(plus)(NAME(lookup_wide)(by_prev, before), NAME(lookup_wide)(by_row, rows)));
		} else if (kind == NAME(ADD)) {
			r = NAME(plus)(r, NAME(lookup_wide)(by_row, rows));
		}
		if (kind != NAME(KEEP)) NAME(store)(resid + i, r);
		total = NAME(plus)(total, r);
		for (int k = 0; k < masks; k++)
			sum[k] = kind == NAME(FOUR) ? NAME(plus_marked)(sum[k], rows, marks[k], r) : NAME(plus_where)(sum[k], rows, leaf[k], r);
		// Constants may go to memory, sums must not: each would wait for its own store.
		NAME(pin)(&total);
		for (int k = 0; k < masks; k++) NAME(pin)(&sum[k]);
	}
	NAME(store)(acc + (p->leaves + p->query_count) * TRACKER_LANES, total);
	for (int k = 0; k < masks; k++) NAME(store)(acc + leaf[k] * TRACKER_LANES, sum[k]);
}

// rows_more sums further leaves of a block whose residual is up to date.
INLINE void NAME(rows_more)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const int *leaf, int masks) {
	NAME(lanes) sum[NAME(MORE)] = {NAME(zero)(), NAME(zero)(), NAME(zero)(), NAME(zero)()};
	const float *restrict resid = p->resid;
	const uint8_t *restrict row = p->rows;
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		const NAME(lanes) r = NAME(load)(resid + i);
		const NAME(index) rows = NAME(widen)(NAME(load_bytes)(row + i));
		for (int k = 0; k < masks; k++) sum[k] = NAME(plus_where)(sum[k], rows, leaf[k], r);
		for (int k = 0; k < masks; k++) NAME(pin)(&sum[k]);
	}
	for (int k = 0; k < masks; k++) NAME(store)(acc + leaf[k] * TRACKER_LANES, sum[k]);
}

// rows_query sums a query over a block whose residual is up to date.
INLINE void NAME(rows_query)(const tracker_pass *p, float *acc, int64_t from, int64_t to, int q) {
	NAME(lanes) sum = NAME(zero)();
	NAME(counter) count = NAME(zero_counter)();
	const uint8_t *column = p->column[q], *rows = p->rows;
	const float *resid = p->resid;
	const int leaf = p->queries[2 * q], cut = p->queries[2 * q + 1];
	for (int64_t i = from; i < to; i += TRACKER_LANES)
		sum = NAME(plus_query)(sum, NAME(load_bytes)(rows + i), NAME(load_bytes)(column + i), leaf, cut,
		                       NAME(load)(resid + i), &count);
	p->counts[q] += NAME(counted)(count);
	NAME(store)(acc + (p->leaves + q) * TRACKER_LANES, sum);
}

// rows_weighted is rows_plain, rows_more and the queries with weights, one leaf at a time.
INLINE void NAME(rows_weighted)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c,
                                const int *leaf, int leaves) {
	const int all = 2 * (p->leaves + p->query_count);
	NAME(lanes) total = NAME(zero)(), total_w = NAME(zero)();
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		NAME(lanes) r = NAME(load)(p->resid + i);
		if (c->kind >= NAME(BOTH))
			r = NAME(plus)(r, NAME(plus)(NAME(lookup_wide)(c->prev, NAME(widen)(NAME(load_bytes)(p->prev + i))),
			                             NAME(lookup_wide)(c->add, NAME(widen)(NAME(load_bytes)(p->rows + i)))));
		else if (c->kind == NAME(ADD))
			r = NAME(plus)(r, NAME(lookup_wide)(c->add, NAME(widen)(NAME(load_bytes)(p->rows + i))));
		NAME(store)(p->resid + i, r);
		const NAME(lanes) w = NAME(load)(p->weights + i);
		total_w = NAME(plus)(total_w, w);
		total = NAME(plus)(total, NAME(times)(w, r));
	}
	NAME(store)(acc + all * TRACKER_LANES, total_w);
	NAME(store)(acc + (all + 1) * TRACKER_LANES, total);
	for (int k = 0; k < leaves; k++) {
		NAME(lanes) sum = NAME(zero)(), sum_w = NAME(zero)();
		for (int64_t i = from; i < to; i += TRACKER_LANES) {
			const NAME(index) rows = NAME(widen)(NAME(load_bytes)(p->rows + i));
			const NAME(lanes) w = NAME(load)(p->weights + i);
			sum_w = NAME(plus_where)(sum_w, rows, leaf[k], w);
			sum = NAME(plus_where)(sum, rows, leaf[k], NAME(times)(w, NAME(load)(p->resid + i)));
		}
		NAME(store)(acc + 2 * leaf[k] * TRACKER_LANES, sum_w);
		NAME(store)(acc + (2 * leaf[k] + 1) * TRACKER_LANES, sum);
	}
	for (int q = 0; q < p->query_count; q++) {
		NAME(lanes) sum = NAME(zero)(), sum_w = NAME(zero)();
		NAME(counter) count = NAME(zero_counter)(), again = NAME(zero_counter)();
		const uint8_t *column = p->column[q];
		const int asked = p->queries[2 * q], cut = p->queries[2 * q + 1];
		for (int64_t i = from; i < to; i += TRACKER_LANES) {
			const NAME(lanes) w = NAME(load)(p->weights + i), r = NAME(load)(p->resid + i);
			const NAME(bytes) rows = NAME(load_bytes)(p->rows + i), x = NAME(load_bytes)(column + i);
			sum_w = NAME(plus_query)(sum_w, rows, x, asked, cut, w, &count);
			sum = NAME(plus_query)(sum, rows, x, asked, cut, NAME(times)(w, r), &again);
		}
		p->counts[q] += NAME(counted)(count);
		NAME(store)(acc + 2 * (p->leaves + q) * TRACKER_LANES, sum_w);
		NAME(store)(acc + (2 * (p->leaves + q) + 1) * TRACKER_LANES, sum);
	}
}

// block_plain runs the cases of rows_plain, then what is left.
INLINE void NAME(block_plain)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c,
                              const int *leaf, int leaves) {
#define CASE(m, kind)                                                    \
	NAME(rows_plain)(p, acc, from, to, c, leaf, m, kind);            \
	break
#define CASES(kind)                                                      \
	switch (leaves) {                                                \
	case 0: CASE(0, kind);                                           \
	case 1: CASE(1, kind);                                           \
	default: CASE(2, kind);                                          \
	}                                                                \
	break
	if (p->leaves > 0) {
		switch (c->kind) {
		case NAME(FOUR): CASES(NAME(FOUR));
		case NAME(WIDE): CASES(NAME(WIDE));
		case NAME(BOTH): CASES(NAME(BOTH));
		case NAME(ADD): CASES(NAME(ADD));
		default: CASES(NAME(KEEP));
		}
	}
#undef CASES
#undef CASE
	for (int k = NAME(MASKS); k < leaves; k += NAME(MORE)) {
		switch (leaves - k) {
		case 1: NAME(rows_more)(p, acc, from, to, leaf + k, 1); break;
		case 2: NAME(rows_more)(p, acc, from, to, leaf + k, 2); break;
		case 3: NAME(rows_more)(p, acc, from, to, leaf + k, 3); break;
		default: NAME(rows_more)(p, acc, from, to, leaf + k, 4);
		}
	}
	for (int q = 0; q < p->query_count; q++) NAME(rows_query)(p, acc, from, to, q);
}

// change_of prepares the tables of a pass.
TARGET static NAME(change) NAME(change_of)(const tracker_pass *p) {
	NAME(change) c = {NAME(load_table)(0, 0), NAME(load_table)(0, 0), NAME(KEEP), 0};
	c.scalar = p->add && (p->leaves > MAX_LEAVES || (p->prev && p->prev_leaves > MAX_LEAVES));
	if (c.scalar || !p->add) return c;
	c.add = NAME(load_table)(p->add, p->leaves);
	c.kind = NAME(ADD);
	if (p->prev) {
		c.prev = NAME(load_table)(p->prev_add, p->prev_leaves);
		const int most = p->leaves > p->prev_leaves ? p->leaves : p->prev_leaves;
		c.kind = most > 8 ? NAME(WIDE) : most <= 4 && !p->weights ? NAME(FOUR) : NAME(BOTH);
	}
	return c;
}

// fuse runs a pass with at most TRACKER_MASKED leaves.
TARGET static void NAME(fuse)(const tracker_pass *p) {
	const int width = p->weights ? 2 : 1;
	float acc[2 * (TRACKER_MASKED + TRACKER_QUERIES + 1) * TRACKER_LANES] __attribute__((aligned(64)));
	int leaf[TRACKER_MASKED], leaves = 0;
	for (int k = 0; k < p->leaves; k++)
		if (k != p->rest) leaf[leaves++] = k;
	const NAME(change) c = NAME(change_of)(p);
	double whole[2] = {0, 0};
	for (int64_t from = 0; from < p->n; from += TRACKER_BLOCK) {
		const int64_t end = from + TRACKER_BLOCK < p->n ? from + TRACKER_BLOCK : p->n;
		const int64_t to = from + (end - from) / TRACKER_LANES * TRACKER_LANES;
		if (c.scalar) update_rows(p, from, to); // the tail is done with the rest of it
		if (to == from) memset(acc, 0, sizeof(float) * (size_t)(width * sums_slots(p) * TRACKER_LANES));
		else if (p->weights) NAME(rows_weighted)(p, acc, from, to, &c, leaf, leaves);
		else NAME(block_plain)(p, acc, from, to, &c, leaf, leaves);
		if (to < end) {
			// The tail adds to the accumulator of the rest, too, which nobody reads.
			if (p->leaves > 0) memset(acc + width * p->rest * TRACKER_LANES, 0, sizeof(float) * (size_t)(width * TRACKER_LANES));
			scalar_rows(p, acc, to, end);
		}
		end_block(p, acc, whole);
	}
	end_pass(p, whole);
}

// settle takes values out of the residual and sums its squares.
TARGET static double NAME(settle)(float *resid, const float *weights, const uint8_t *rows, const float *add, int leaves,
                                  int64_t n) {
	const NAME(table) values = NAME(load_table)(add, leaves);
	double sum = 0;
	for (int64_t from = 0; from < n; from += TRACKER_BLOCK) {
		const int64_t end = from + TRACKER_BLOCK < n ? from + TRACKER_BLOCK : n;
		int64_t i = from;
		NAME(lanes) squares = NAME(zero)();
		for (; i + TRACKER_LANES <= end; i += TRACKER_LANES) {
			const NAME(lanes) r = NAME(plus)(NAME(load)(resid + i), NAME(lookup)(values, NAME(widen)(NAME(load_bytes)(rows + i))));
			NAME(store)(resid + i, r);
			NAME(lanes) square = NAME(times)(r, r);
			if (weights) square = NAME(times)(NAME(load)(weights + i), square);
			squares = NAME(plus)(squares, square);
		}
		float acc[TRACKER_LANES];
		NAME(store)(acc, squares);
		for (; i < end; i++) {
			const float r = resid[i] + add[rows[i]];
			resid[i] = r;
			float square = r * r;
			if (weights) square = weights[i] * square;
			acc[i % TRACKER_LANES] += square;
		}
		sum += lanes_total(acc);
	}
	return sum;
}

// split parts the rows of a leaf.
TARGET static void NAME(split)(uint8_t *restrict rows, const uint8_t *restrict column, int64_t n, uint8_t from,
                               uint8_t cut, uint8_t left, uint8_t right) {
	for (int64_t i = 0; i < n; i++) {
		const uint8_t to = column[i] <= cut ? left : right;
		rows[i] = rows[i] == from ? to : rows[i];
	}
}

// count counts the rows of each leaf and returns how many rows it has looked at; the tail
// is left.
TARGET static int64_t NAME(count)(int32_t *counts, const uint8_t *rows, int leaves, int64_t n) {
	const int64_t even = n - n % TRACKER_LANES;
	for (int k = 0; k < leaves; k++) {
		counts[k] = 0;
		for (int64_t from = 0; from < even; from += TRACKER_BLOCK) {
			const int64_t to = from + TRACKER_BLOCK < even ? from + TRACKER_BLOCK : even;
			NAME(counter) count = NAME(zero_counter)();
			for (int64_t i = from; i < to; i += TRACKER_LANES) count = NAME(tally)(count, NAME(load_bytes)(rows + i), k);
			counts[k] += NAME(counted)(count);
		}
	}
	return even;
}

// add_tree adds one tree of at most MAX_LEAVES leaves to the rows.
TARGET static void NAME(add_tree)(float *acc, const uint8_t *codes, int64_t stride, const int32_t *splits, int size,
                                  const float *values, int64_t n) {
	const NAME(table) table = NAME(load_table)(values, size + 1);
	int64_t i = 0;
	for (; i + TRACKER_LANES <= n; i += TRACKER_LANES) {
		NAME(bytes) leaf = NAME(zero_bytes)();
		for (int s = 0; s < size; s++)
			leaf = NAME(move_bytes)(leaf, NAME(load_bytes)(codes + splits[3 * s + 1] * stride + i), splits[3 * s], splits[3 * s + 2],
			                        s + 1);
		NAME(store)(acc + i, NAME(plus)(NAME(load)(acc + i), NAME(lookup)(table, NAME(widen)(leaf))));
	}
	for (; i < n; i++) {
		int leaf = 0;
		for (int s = 0; s < size; s++)
			if (leaf == splits[3 * s] && codes[splits[3 * s + 1] * stride + i] > splits[3 * s + 2]) leaf = s + 1;
		acc[i] += values[leaf];
	}
}
