package quatre_test

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// caseNumbers reads a CSV file of numbers without names: all of them, row by row, and how
// many a row has.
func caseNumbers(t *testing.T, path string) (x []float64, width int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		width = len(cells)
		for _, cell := range cells {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			x = append(x, v)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return x, width
}
