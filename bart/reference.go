package bart

// Reference is the Kernel in Go: the definition of the results, and what
// computes them where there is no native code.
type Reference struct{}

const (
	kernelLanes = 16
	kernelBlock = 2048
)

// lanes are the float32 partial sums of a leaf or query within a block.
type lanes [kernelLanes]float32

// total adds the lanes as a tree in float64.
func (l *lanes) total() float64 {
	var t [kernelLanes / 2]float64
	for j := range t {
		t[j] = float64(l[j]) + float64(l[j+8])
	}
	for half := 4; half > 0; half /= 2 {
		for j := range half {
			t[j] += t[j+half]
		}
	}
	return t[0]
}

// Fuse implements Kernel.
func (Reference) Fuse(sums []float64, counts []int32, resid, weights []float32, prev []byte, change []float32, becomes []byte,
	rows []byte, leaves, rest int, columns [2][]byte, queries []int32) {
	clear(sums)
	clear(counts)
	width := 1
	if weights != nil {
		width = 2
	}
	acc := make([]lanes, width*(leaves+len(queries)/2))
	for from := 0; from < len(rows); from += kernelBlock {
		to := min(from+kernelBlock, len(rows))
		clear(acc)
		for i := from; i < to; i++ {
			if prev != nil {
				resid[i] += change[prev[i]]
				if becomes != nil {
					prev[i] = becomes[prev[i]]
				}
			}
			leaf, lane := int(rows[i]), i%kernelLanes
			switch {
			case leaves == 0 || leaf == rest:
			case weights == nil:
				acc[leaf][lane] += resid[i]
			default:
				acc[2*leaf][lane] += weights[i]
				acc[2*leaf+1][lane] += float32(weights[i] * resid[i])
			}
		}
		for q := range len(queries) / 2 {
			counts[q] += query(acc[width*(leaves+q):], resid, weights, rows, columns[q], queries[2*q], queries[2*q+1], from, to)
		}
		for k := range acc {
			sums[k] += acc[k].total()
		}
	}
}

// query adds the rows of a block that meet a query to its lanes and returns
// their number.
func query(acc []lanes, resid, weights []float32, rows, column []byte, leaf, cut int32, from, to int) int32 {
	count := int32(0)
	for i := from; i < to; i++ {
		if int32(rows[i]) != leaf || int32(column[i]) > cut {
			continue
		}
		count++
		lane := i % kernelLanes
		if weights == nil {
			acc[0][lane] += resid[i]
		} else {
			acc[0][lane] += weights[i]
			acc[1][lane] += float32(weights[i] * resid[i])
		}
	}
	return count
}

// Settle implements Kernel.
func (Reference) Settle(resid, weights []float32, rows []byte, add []float32) float64 {
	sum := 0.0
	for from := 0; from < len(resid); from += kernelBlock {
		var acc lanes
		for i := from; i < min(from+kernelBlock, len(resid)); i++ {
			r := resid[i] + add[rows[i]]
			resid[i] = r
			square := float32(r * r)
			if weights != nil {
				square = float32(weights[i] * square)
			}
			acc[i%kernelLanes] += square
		}
		sum += acc.total()
	}
	return sum
}

// Split implements Kernel.
func (Reference) Split(rows, column []byte, from, cut, left, right byte) {
	for i, c := range column[:len(rows)] {
		if rows[i] != from {
			continue
		}
		if c <= cut {
			rows[i] = left
		} else {
			rows[i] = right
		}
	}
}

// Route implements Kernel.
func (Reference) Route(dst, rows, table []byte, counts []int32, columns [4][]byte, splits []int32) {
	for i, k := range rows {
		dst[i] = table[k]
	}
	for s := range len(splits) / 3 {
		leaf, cut, right := byte(splits[3*s]), byte(splits[3*s+1]), byte(splits[3*s+2])
		for i, c := range columns[s][:len(dst)] {
			if dst[i] == leaf && c > cut {
				dst[i] = right
			}
		}
	}
	if counts == nil {
		return
	}
	clear(counts)
	for _, k := range dst {
		counts[k]++
	}
}

// Predict implements Kernel.
func (Reference) Predict(acc []float32, rows, codes []byte, stride int, sizes []byte, splits []int32, values []float32) {
	for _, size := range sizes {
		clear(rows)
		for s := range int(size) {
			leaf, column, cut := byte(splits[3*s]), int(splits[3*s+1]), byte(splits[3*s+2])
			for i, c := range codes[column*stride : column*stride+len(acc)] {
				if rows[i] == leaf && c > cut {
					rows[i] = byte(s + 1)
				}
			}
		}
		for i := range acc {
			acc[i] += values[rows[i]]
		}
		splits, values = splits[3*int(size):], values[int(size)+1:]
	}
}
