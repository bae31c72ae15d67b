// One pass for an instruction set with vectors. The includer defines TARGET, the
// function attribute; NAME(x), the names; lanes, index and table, the types of
// sixteen float lanes, of sixteen leaf numbers, and of leaf values; MAX_LEAVES, the size of
// a table; and the operations on them, named below as they are used.

// The largest numbers of leaves that share a loop, with and without a change of the
// residual: more would not fit into registers.
enum { NAME(MASKS) = 3, NAME(MORE) = 4 };

// How many rows ahead memory is asked for.
enum { NAME(AHEAD) = 1024 };

// What a block's loop does to the residual: nothing; add by a table of at most four leaves, for which
// there are faster instructions; by one of at most eight. Larger tables have a loop of their own.
enum { NAME(KEEP), NAME(FOUR), NAME(EIGHT) };

// change is what a pass adds to the residual: in the loop that sums, in one before it (wide), or in
// plain C where there are more leaves than a table has (scalar).
typedef struct {
	NAME(table) by_leaf;
	int kind, wide, scalar;
} NAME(change);

// rows_plain runs the vector part of a block without weights: the change, the first leaves and the
// queries. masks, marked, queries and kind are constants in each call, so every case is a loop of
// its own; marked is for trees of at most four leaves.
INLINE void NAME(rows_plain)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c,
                             const int *leaf, int masks, int marked, int queries, int kind) {
	NAME(lanes) sum[NAME(MASKS)], asked[TRACKER_QUERIES];
	NAME(counter) count[TRACKER_QUERIES];
	NAME(mark) marks[NAME(MASKS)];
	float *restrict resid = p->resid;
	const uint8_t *restrict row = p->rows, *restrict prev = p->prev;
	const NAME(table) table = c->by_leaf;
	for (int k = 0; k < masks; k++) sum[k] = NAME(zero)();
	for (int k = 0; marked && k < masks; k++) marks[k] = NAME(mark_of)(leaf[k]);
	const uint8_t *restrict column[TRACKER_QUERIES];
	int of[TRACKER_QUERIES], cut[TRACKER_QUERIES];
	for (int q = 0; q < queries; q++) {
		asked[q] = NAME(zero)(), count[q] = NAME(zero_counter)();
		column[q] = p->column[q], of[q] = p->queries[2 * q], cut[q] = p->queries[2 * q + 1];
	}
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		// Rows and columns come from far: nothing has looked at them since this tree's last turn.
		__builtin_prefetch(row + i + NAME(AHEAD));
		for (int q = 0; q < queries; q++) __builtin_prefetch(column[q] + i + NAME(AHEAD));
		NAME(lanes) r = NAME(load)(resid + i);
		if (kind == NAME(FOUR)) r = NAME(plus)(r, NAME(lookup_four)(table, NAME(widen)(NAME(load_bytes)(prev + i))));
		if (kind == NAME(EIGHT)) r = NAME(plus)(r, NAME(lookup)(table, NAME(widen)(NAME(load_bytes)(prev + i))));
		if (kind != NAME(KEEP)) NAME(store)(resid + i, r);
		const NAME(bytes) bytes = NAME(load_bytes)(row + i);
		const NAME(index) rows = NAME(widen)(bytes);
		for (int k = 0; k < masks; k++)
			sum[k] = marked ? NAME(plus_marked)(sum[k], rows, marks[k], r) : NAME(plus_where)(sum[k], rows, leaf[k], r);
		for (int q = 0; q < queries; q++)
			asked[q] = NAME(plus_query)(asked[q], bytes, NAME(load_bytes)(column[q] + i), of[q], cut[q], r, &count[q]);
		// Constants may go to memory, sums must not: each would wait for its own store.
		for (int k = 0; k < masks && queries == 1; k++) NAME(pin)(&sum[k]);
		if (queries == 1) NAME(pin)(&asked[0]);
	}
	for (int k = 0; k < masks; k++) NAME(store)(acc + leaf[k] * TRACKER_LANES, sum[k]);
	for (int q = 0; q < queries; q++) {
		NAME(store)(acc + (p->leaves + q) * TRACKER_LANES, asked[q]);
		p->counts[q] += count[q];
	}
}

// rows_more sums further leaves of a block whose residual is up to date.
INLINE void NAME(rows_more)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const int *leaf, int masks) {
	NAME(lanes) sum[NAME(MORE)];
	const float *restrict resid = p->resid;
	const uint8_t *restrict row = p->rows;
	for (int k = 0; k < masks; k++) sum[k] = NAME(zero)();
	for (int64_t i = from; i < to; i += TRACKER_LANES) {
		const NAME(lanes) r = NAME(load)(resid + i);
		const NAME(index) rows = NAME(widen)(NAME(load_bytes)(row + i));
		for (int k = 0; k < masks; k++) sum[k] = NAME(plus_where)(sum[k], rows, leaf[k], r);
		for (int k = 0; k < masks; k++) NAME(pin)(&sum[k]);
	}
	for (int k = 0; k < masks; k++) NAME(store)(acc + leaf[k] * TRACKER_LANES, sum[k]);
}

// rows_wide changes the residual of a block by a table of more than eight leaves.
INLINE void NAME(rows_wide)(const tracker_pass *p, int64_t from, int64_t to, NAME(table) table) {
	for (int64_t i = from; i < to; i += TRACKER_LANES)
		NAME(store)(p->resid + i, NAME(plus)(NAME(load)(p->resid + i), NAME(lookup_wide)(table, NAME(widen)(NAME(load_bytes)(p->prev + i)))));
}

// rows_weighted sums a block with weights whose residual is up to date, one leaf at a time.
INLINE void NAME(rows_weighted)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const int *leaf, int leaves) {
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
		p->counts[q] += count;
		NAME(store)(acc + 2 * (p->leaves + q) * TRACKER_LANES, sum_w);
		NAME(store)(acc + (2 * (p->leaves + q) + 1) * TRACKER_LANES, sum);
	}
}

// Every case of rows_plain is a function: the table has them by what they do to the residual, by the
// number of leaves, where 4 stands for three without marks, and by the number of queries.
typedef void NAME(rows_case)(const tracker_pass *, float *, int64_t, int64_t, const NAME(change) *, const int *);
#define CASE(kind, first, masks, marked, queries)                                                                   \
	TARGET static void NAME(kind##_##first##_##queries)(const tracker_pass *p, float *acc, int64_t from, int64_t to, \
	                                                    const NAME(change) * c, const int *leaf) {                  \
		NAME(rows_plain)(p, acc, from, to, c, leaf, masks, marked, queries, NAME(kind));                        \
	}
#define QUERIES(kind, first, masks, marked) \
	CASE(kind, first, masks, marked, 0) CASE(kind, first, masks, marked, 1) CASE(kind, first, masks, marked, 2)
#define LEAVES(kind)                                                                              \
	QUERIES(kind, 0, 0, 1) QUERIES(kind, 1, 1, 1) QUERIES(kind, 2, 2, 1) QUERIES(kind, 3, 3, 1) \
	QUERIES(kind, 4, 3, 0)
LEAVES(KEEP)
LEAVES(FOUR)
LEAVES(EIGHT)
#undef LEAVES
#undef QUERIES
#undef CASE
#define QUERIES(kind, first) {NAME(kind##_##first##_0), NAME(kind##_##first##_1), NAME(kind##_##first##_2)}
#define LEAVES(kind) {QUERIES(kind, 0), QUERIES(kind, 1), QUERIES(kind, 2), QUERIES(kind, 3), QUERIES(kind, 4)}
static NAME(rows_case) *const NAME(cases)[3][5][TRACKER_QUERIES + 1] = {LEAVES(KEEP), LEAVES(FOUR), LEAVES(EIGHT)};
#undef LEAVES
#undef QUERIES

// block_plain runs the case of rows_plain, then what is left.
INLINE void NAME(block_plain)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c,
                              const int *leaf, int leaves) {
	const int first = p->leaves > SCATTER ? 0 : p->leaves > 4 ? 4 : leaves < 3 ? leaves : 3;
	NAME(cases)[c->kind][first][p->query_count](p, acc, from, to, c, leaf);
	if (p->leaves > SCATTER) {
		memset(acc, 0, sizeof(float) * (size_t)(p->leaves * TRACKER_LANES));
		scatter_rows(p, acc, from, to);
		return;
	}
	for (int k = NAME(MASKS); k < leaves; k += NAME(MORE)) {
		switch (leaves - k) {
		case 1: NAME(rows_more)(p, acc, from, to, leaf + k, 1); break;
		case 2: NAME(rows_more)(p, acc, from, to, leaf + k, 2); break;
		case 3: NAME(rows_more)(p, acc, from, to, leaf + k, 3); break;
		default: NAME(rows_more)(p, acc, from, to, leaf + k, 4);
		}
	}
}

// change_of prepares the table of a pass.
INLINE void NAME(change_of)(NAME(change) * c, const tracker_pass *p) {
	c->kind = NAME(KEEP), c->wide = 0, c->scalar = p->prev && p->prev_leaves > MAX_LEAVES;
	c->by_leaf = NAME(load_table)(p->change, p->prev && !c->scalar ? p->prev_leaves : 0);
	if (!p->prev || c->scalar) return;
	// Rows that move and are summed at once move first.
	c->wide = p->prev_leaves > 8 || p->weights || (p->becomes && p->prev == p->rows);
	if (!c->wide) c->kind = p->prev_leaves <= 4 ? NAME(FOUR) : NAME(EIGHT);
}

// rows_tail changes and sums the last rows of a pass without weights, fewer than there are lanes but of at least as many in all.
INLINE void NAME(rows_tail)(const tracker_pass *p, float *acc, int64_t from, int64_t to, const NAME(change) * c) {
	const int64_t count = to - from;
	NAME(lanes) r;
	if (c->kind == NAME(KEEP)) {
		update_rows(p, from, to);
		r = NAME(load_first)(p->resid + from, count);
	} else {
		const NAME(index) prev = NAME(widen)(NAME(bytes_of)(rows_last(p->prev + to, count)));
		const NAME(lanes) change = c->kind == NAME(FOUR) ? NAME(lookup_four)(c->by_leaf, prev) : NAME(lookup)(c->by_leaf, prev);
		r = NAME(plus)(NAME(load_first)(p->resid + from, count), change);
		NAME(store_first)(p->resid + from, r, count);
		r = NAME(first)(r, count);
		if (p->becomes) rows_relabel_last(p->prev + to, rows_table(p->becomes, p->prev_leaves), count);
	}
	const NAME(bytes) rows = NAME(bytes_of)(rows_last(p->rows + to, count));
	const NAME(index) wide = NAME(widen)(rows);
	for (int k = 0; k < p->leaves; k++)
		if (k != p->rest) NAME(store)(acc + k * TRACKER_LANES, NAME(plus_where)(NAME(load)(acc + k * TRACKER_LANES), wide, k, r));
	for (int q = 0; q < p->query_count; q++) {
		float *sum = acc + (p->leaves + q) * TRACKER_LANES;
		const NAME(bytes) column = NAME(bytes_of)(rows_last(p->column[q] + to, count));
		NAME(counter) met = NAME(zero_counter)();
		NAME(store)(sum, NAME(plus_query)(NAME(load)(sum), rows, column, p->queries[2 * q], p->queries[2 * q + 1], r, &met));
		p->counts[q] += met;
	}
}

// end_block adds the last rows of a pass, fewer than there are lanes, and has the lanes of the rest be 0, to
// which the tail adds too, though nobody reads them.
INLINE void NAME(end_block)(const tracker_pass *p, float *acc, int64_t from, int64_t to) {
	const int width = p->weights ? 2 : 1;
	for (int w = 0; p->rest >= 0 && w < width; w++) NAME(store)(acc + (width * p->rest + w) * TRACKER_LANES, NAME(zero)());
	if (!p->weights) {
		tail_rows(p, acc, from, to);
		return;
	}
	update_rows(p, from, to);
	scalar_sums(p, acc, from, to);
}

// add_totals adds the lanes of a block to the sums.
INLINE void NAME(add_totals)(const tracker_pass *p, const float *acc) {
	const int slots = sums_slots(p);
	if (!p->weights) {
		for (int k = 0; k < slots; k++)
			if (k != p->rest) p->sums[k] += NAME(total)(acc + k * TRACKER_LANES);
		return;
	}
	for (int k = 0; k < 2 * slots; k++)
		if (k / 2 != p->rest) p->sums[k] += NAME(total)(acc + k * TRACKER_LANES);
}

// fuse runs a pass.
TARGET static void NAME(fuse)(const tracker_pass *p) {
	const size_t room = sizeof(float) * (size_t)((p->weights ? 2 : 1) * sums_slots(p) * TRACKER_LANES);
	float acc[2 * (TRACKER_LEAVES + TRACKER_QUERIES) * TRACKER_LANES] __attribute__((aligned(64)));
	int leaf[TRACKER_LEAVES], leaves = 0;
	for (int k = 0; k < p->leaves; k++)
		if (k != p->rest) leaf[leaves++] = k;
	NAME(change) c;
	NAME(change_of)(&c, p);
	for (int64_t from = 0; from < p->n; from += TRACKER_BLOCK) {
		const int64_t end = from + TRACKER_BLOCK < p->n ? from + TRACKER_BLOCK : p->n;
		const int64_t to = from + (end - from) / TRACKER_LANES * TRACKER_LANES;
		if (c.scalar) update_rows(p, from, to); // the tail is done with the rest of it
		if (c.wide) NAME(rows_wide)(p, from, to, c.by_leaf);
		if (c.wide && p->becomes) rows_relabel(p->prev, p->prev, rows_table(p->becomes, p->prev_leaves), from, to);
		if (to == from) memset(acc, 0, room);
		else if (!p->weights) NAME(block_plain)(p, acc, from, to, &c, leaf, leaves);
		else if (p->leaves <= SCATTER) NAME(rows_weighted)(p, acc, from, to, leaf, leaves);
		else memset(acc, 0, room), scalar_sums(p, acc, from, to);
		if (p->becomes && c.kind != NAME(KEEP)) rows_relabel(p->prev, p->prev, rows_table(p->becomes, p->prev_leaves), from, to);
		if (to < end && !p->weights && p->n >= TRACKER_LANES && p->leaves <= SCATTER) NAME(rows_tail)(p, acc, to, end, &c);
		else if (to < end) NAME(end_block)(p, acc, to, end);
		NAME(add_totals)(p, acc);
	}
}

// settle adds values of leaves to the residual and sums its squares.
TARGET static double NAME(settle)(float *resid, const float *weights, const uint8_t *rows, const float *add, int leaves,
                                  int64_t n) {
	const NAME(table) values = NAME(load_table)(add, leaves);
	double sum = 0;
	for (int64_t from = 0; from < n; from += TRACKER_BLOCK) {
		const int64_t end = from + TRACKER_BLOCK < n ? from + TRACKER_BLOCK : n;
		int64_t i = from;
		NAME(lanes) squares = NAME(zero)();
		for (; i + TRACKER_LANES <= end; i += TRACKER_LANES) {
			const NAME(lanes) r = NAME(plus)(NAME(load)(resid + i), NAME(lookup_wide)(values, NAME(widen)(NAME(load_bytes)(rows + i))));
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
		sum += NAME(total)(acc);
	}
	return sum;
}

// add_tree adds one tree of at most MAX_LEAVES leaves to the rows.
TARGET static void NAME(add_tree)(float *acc, const uint8_t *codes, int64_t stride, const int32_t *splits, int size,
                                  const float *values, int64_t n) {
	const NAME(table) table = NAME(load_table)(values, size + 1);
	const int wide = size >= 8;
	int64_t i = 0;
	for (; i + TRACKER_LANES <= n; i += TRACKER_LANES) {
		NAME(bytes) leaf = NAME(zero_bytes)();
		for (int s = 0; s < size; s++)
			leaf = NAME(move_bytes)(leaf, NAME(load_bytes)(codes + splits[3 * s + 1] * stride + i), splits[3 * s], splits[3 * s + 2],
			                        s + 1);
		const NAME(index) to = NAME(widen)(leaf);
		NAME(store)(acc + i, NAME(plus)(NAME(load)(acc + i), wide ? NAME(lookup_wide)(table, to) : NAME(lookup)(table, to)));
	}
	for (; i < n; i++) {
		int leaf = 0;
		for (int s = 0; s < size; s++)
			if (leaf == splits[3 * s] && codes[splits[3 * s + 1] * stride + i] > splits[3 * s + 2]) leaf = s + 1;
		acc[i] += values[leaf];
	}
}
