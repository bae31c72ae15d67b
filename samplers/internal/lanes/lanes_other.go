//go:build !amd64

package lanes

func dotGroups(a, b []float64) (sum float64, done int) {
	groups := len(a) / 8
	return dotGo(a, b, groups), 8 * groups
}

func addGroups(y, x []float64, a float64) int { return 0 }

func addFourGroups(y, p, q, r, s, by []float64) int { return 0 }

func addBothGroups(y, x, z []float64, a, b float64) int { return 0 }

func rotateGroups(x, y []float64, c, s float64) int { return 0 }
