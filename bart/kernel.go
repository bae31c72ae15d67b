package bart

// Kernel does the work on rows. A row's leaf and a column's code are bytes; the
// residual and the weights are float32. The results are defined to the last
// bit, so that it does not matter who computes them:
//
// Sums run over blocks of 1024 rows. Within a block, row i adds to lane i mod 16
// of its leaf in float32, in the order of the rows; at the end of the block the lanes are
// added in float64 as a tree (l and l+8, then l and l+4, l+2, l+1) and that to the
// leaf's sum. Products are rounded before they are added.
//
// Slices are read and written within their lengths only and not kept. A Kernel
// may be used by several goroutines at once.
type Kernel interface {
	// Fuse changes the residual and sums it:
	//
	//	resid[i] += change[prev[i]],
	//
	// and nothing if prev is nil.
	//
	// sums gets one number for each of the leaves, Σ resid[i] over its rows, and then one
	// for each query: query q = (leaf, cut), two numbers of queries, stands for the
	// rows with rows[i] = leaf and columns[q][i] ≤ cut, and counts[q] for their
	// number. There are at most two queries. The leaf called rest is left out, its
	// sums are 0; −1 leaves none out. With no leaves there are sums for the queries only.
	//
	// With weights, sums has pairs: Σ weights[i] and Σ weights[i]·resid[i].
	//
	// change has as many numbers as prev has leaves.
	Fuse(sums []float64, counts []int32, resid, weights []float32, prev []byte, change []float32,
		rows []byte, leaves, rest int, columns [2][]byte, queries []int32)

	// Settle adds add[rows[i]] to the residual and returns the sum over rows of
	// its squares, weights[i]·resid[i]² with weights. The squares are float32
	// products; the sum is made as all sums.
	Settle(resid, weights []float32, rows []byte, add []float32) float64

	// Split parts the rows of a leaf: where rows[i] = from, rows[i] = left if
	// column[i] ≤ cut, else right.
	Split(rows, column []byte, from, cut, left, right byte)

	// Relabel sets rows[i] = table[rows[i]].
	Relabel(rows, table []byte)

	// Count sets counts[k] to the number of rows with rows[i] = k. No row has
	// more than len(counts)−1.
	Count(counts []int32, rows []byte)

	// Histogram sets dst[2c] to the sum of the values of the rows with codes[rows[k]] = c, values[k]
	// being that of row rows[k], and dst[2c+1] to their number. The sums are float64
	// sums of four parts, k mod 4, each in order of k, added as (0 + 1) + (2 + 3). dst has
	// 512 elements.
	Histogram(dst []float64, codes []byte, rows []int32, values []float32)

	// Predict adds the values of trees to acc in their order, as float32 sums. A
	// tree has sizes[j] splits of three numbers (leaf, column, cut): the rows of the leaf
	// with codes[column·stride+i] > cut go to a new leaf, the next number. values has
	// the leaves' values, tree by tree. rows is scratch of the length of acc.
	Predict(acc []float32, rows, codes []byte, stride int, sizes []byte, splits []int32, values []float32)
}
