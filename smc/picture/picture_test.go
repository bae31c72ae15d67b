package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestWrite_IsWellFormed(t *testing.T) {
	nan := math.NaN()
	var b bytes.Buffer
	err := Write(&b, Panel{
		Title: `a < b & "c"`, X: []float64{1, 2, 3, 4}, Bands: []Band{{Low: []float64{0, 1, nan, 2}, High: []float64{1, 3, 4, 5}}},
		Lines: []Line{{Y: []float64{1, 2, 3, 4}, Color: "red"}}, Points: []float64{nan, 1, math.Inf(1), 2},
	}, Panel{X: []float64{1}, Lines: []Line{{Y: []float64{nan}}}})
	if err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("places that are no numbers in %s", text)
	}
	if strings.Count(text, "<circle") != 2 || strings.Count(text, "<path") != 2 {
		t.Errorf("%d points and %d stretches of the band, want 2 and 2", strings.Count(text, "<circle"), strings.Count(text, "<path"))
	}
	for d := xml.NewDecoder(&b); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestMarks_AreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{{0, 10, []float64{0, 2, 4, 6, 8, 10}}, {-1, 1, []float64{-1, -0.5, 0, 0.5, 1}}, {0, 200, []float64{0, 50, 100, 150, 200}}} {
		if got := marks(c.low, c.high); !slices.Equal(got, c.want) {
			t.Errorf("%v to %v: %v, want %v", c.low, c.high, got, c.want)
		}
	}
}
