package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
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
	if strings.Count(text, "<circle") != 2 || strings.Count(text, "<polygon") != 2 {
		t.Errorf("%d points and %d stretches of the band, want 2 and 2", strings.Count(text, "<circle"), strings.Count(text, "<polygon"))
	}
	for d := xml.NewDecoder(&b); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
