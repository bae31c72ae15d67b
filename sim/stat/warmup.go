package stat

import "math"

// MSER5 returns how many observations at the beginning of a series belong to
// the warm-up: the truncation that minimises the squared standard error of the
// mean of the rest, computed from means of 5 (White, Cobb and Spratt 2000, "A
// comparison of five steady-state truncation heuristics for simulation"). ok is
// false if the minimum lies in the second half: then the run is too short to
// tell.
func MSER5(x []float64) (truncate int, ok bool) {
	m := len(x) / 5
	if m < 4 {
		return 0, false
	}
	// Sums of the batch means from the end, so that each truncation costs O(1).
	best, at := math.Inf(1), 0
	sum, squares := 0.0, 0.0
	shift, _ := moments(x)
	for i := m - 1; i >= 0; i-- {
		mean, _ := moments(x[5*i : 5*i+5])
		d := mean - shift
		sum += d
		squares += float64(d * d)
		n := float64(m - i)
		if n < 4 {
			continue
		}
		if score := (squares - float64(sum*sum)/n) / float64(n*n); score <= best {
			best, at = score, i
		}
	}
	return 5 * at, 2*at <= m
}

// Welch returns the average over replications of a series, smoothed by a moving
// average of 2·window + 1 points that is narrower at the beginning (Welch 1983):
// its plot shows where the warm-up ends. Series are cut to the shortest; the
// result has as many points, less window at the end.
func Welch(replications [][]float64, window int) []float64 {
	if len(replications) == 0 || window < 0 {
		return nil
	}
	n := len(replications[0])
	for _, r := range replications {
		n = min(n, len(r))
	}
	average := make([]float64, n)
	for i := range average {
		for _, r := range replications {
			average[i] += r[i]
		}
		average[i] /= float64(len(replications))
	}
	smooth := make([]float64, max(0, n-window))
	for i := range smooth {
		w := min(i, window)
		smooth[i], _ = moments(average[i-w : i+w+1])
	}
	return smooth
}
