package bart

// Kernel does the work on rows. A row's leaf and a column's code are bytes; the
// residual and the weights are float32. The results are defined to the last
// bit, so that it does not matter who computes them:
//
// Sums run over blocks of 2048 rows. Within a block, row i adds to lane i mod 16
// of its leaf in float32, in the order of the rows; at the end of the block the lanes are
// added in float64 as a tree (l and l+8, then l and l+4, l+2, l+1) and that to the
// leaf's sum. Products are rounded before they are added.
//
// Slices are read and written within their lengths only and not kept. A Kernel
// may be used by several goroutines at once.
type Kernel interface {
	// Fuse changes the residual and sums it:
	//
	//	resid[i] += change[prev[i]], prev[i] = becomes[prev[i]],
	//
	// the latter not if becomes is nil, and nothing if prev is nil. rows may be prev: then it is read as it has become.
	//
	// sums gets one number for each of the leaves, Σ resid[i] over its rows, and then one
	// for each query: query q = (leaf, cut), two numbers of queries, stands for the
	// rows with rows[i] = leaf and columns[q][i] ≤ cut, and counts[q] for their
	// number. There are at most two queries. The leaf called rest is left out, its
	// sums are 0; −1 leaves none out. With no leaves there are sums for the queries only.
	//
	// With weights, sums has pairs: Σ weights[i] and Σ weights[i]·resid[i].
	//
	// change and becomes have as many elements as prev has leaves.
	Fuse(sums []float64, counts []int32, resid, weights []float32, prev []byte, change []float32, becomes []byte,
		rows []byte, leaves, rest int, columns [2][]byte, queries []int32)

	// Settle adds add[rows[i]] to the residual and returns the sum over rows of
	// its squares, weights[i]·resid[i]² with weights. The squares are float32
	// products; the sum is made as all sums.
	Settle(resid, weights []float32, rows []byte, add []float32) float64

	// Split parts the rows of a leaf: where rows[i] = from, rows[i] = left if
	// column[i] ≤ cut, else right.
	Split(rows, column []byte, from, cut, left, right byte)

	// Route sets dst[i] = table[rows[i]] and then moves rows through at most four splits in their order: split s
	// is three numbers (leaf, cut, right), and where dst[i] = leaf and columns[s][i] > cut, dst[i] = right.
	// counts[k] gets the number of rows with dst[i] = k in the end; no row has more than len(counts)−1.
	// Nothing is counted if it is nil. rows may be dst.
	Route(dst, rows, table []byte, counts []int32, columns [4][]byte, splits []int32)

	// Quantize sets values[i] to (u + bias)·2^bits + 1, with u = x[i]·inverse, at least −bias and at
	// most bias − 1, and u + bias rounded to an integer, and returns their sum.
	Quantize(values []int64, x []float32, inverse, bias float64, bits int) (total int64)

	// Part moves the rows with right[column[row]] = 1 behind those with 0, both in their order, and
	// returns how many are before. spare is scratch of the length of rows, right has 256 elements.
	Part(rows, spare []int32, column, right []byte) (left int)

	// Histograms sums values by code, for some of the columns that lie in slab, stride bytes each:
	//
	//	dst[width·c + slab[places[c]·stride+i]] += values[i]
	//
	// for the given rows i, all of them if rows is nil, where dst begins with zeros and has width = 256
	// elements a column, or fewer where no code is as large. The sums are integers, so their order
	// does not matter.
	Histograms(dst []int64, slab []byte, stride int, places, rows []int32, values []int64)

	// Weigh weighs the cuts of some columns. hists has sums as Histograms makes them of
	// the values of Quantize, where u stands for the number u·scale; let n and s be number and sum of the rows up to cut k. Of the cuts from
	// ranges[2c] to ranges[2c+1] those with n ≥ least and count − n ≥ least may be made; ranges is
	// narrowed to them, and only their elements width·c + k of the results are set. The weight is
	// sqrt(factor)·exp(exponent) with
	//
	//	factor = (1 + count·perRow)·i, i = 1/(a·b), a = 1 + n·perRow, b = 1 + (count − n)·perRow,
	//	exponent = logs[c] + (half·i)·(s²·b + (sum − s)²·a).
	//
	// node has count, sum, scale, bias, perRow and half. The largest exponent, and at least 0, is
	// returned. weights gets bounds of the weights relative to it, integers in units of
	// 2^−38: let x be the exponent less the largest, in units of log 2, at least −60, and p the
	// floating-point number of which 1023 + x, with twenty digits behind the point, is exponent and
	// fraction; p·sqrt(factor)·(1 + 2^−18), rounded, plus one. totals gets their sums by column.
	Weigh(weights, totals []int64, exponents, factors []float64, hists []int64, ranges []int32, logs []float64,
		node []float64, bits int, least int64) (largest float64)

	// Predict adds the values of trees to acc in their order, as float32 sums. A
	// tree has sizes[j] splits of three numbers (leaf, column, cut): the rows of the leaf
	// with codes[column·stride+i] > cut go to a new leaf, the next number. values has
	// the leaves' values, tree by tree. rows is scratch of the length of acc.
	Predict(acc []float32, rows, codes []byte, stride int, sizes []byte, splits []int32, values []float32)
}

// Forker is a Kernel that can make one for a single goroutine, with the same results, whose calls cost less.
type Forker interface {
	Fork() Kernel
}

// forkOf returns a kernel for the goroutine that asks.
func forkOf(k Kernel) Kernel {
	if f, ok := k.(Forker); ok {
		return f.Fork()
	}
	return k
}
