package svg

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

// elements reads a picture and returns how many there are of each element, and
// all its texts.
func elements(t *testing.T, picture io.Reader) (count map[string]int, texts []string) {
	t.Helper()
	count = map[string]int{}
	for d := xml.NewDecoder(picture); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count, texts
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			count[token.Name.Local]++
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}

func TestCanvas_IsWellFormed(t *testing.T) {
	const awkward = `a < b & "c"`
	c := new(Canvas)
	all := Style{Fill: "red", Stroke: `"blue"`, Width: 2, Opacity: 0.5, Tip: awkward}
	c.Line(1, 2, 3, 4, all)
	c.Rect(1, 2, 3, 4, all)
	c.Circle(1, 2, 3, Style{})
	c.Polyline([]Point{{1, 2}, {3, 4}}, all)
	c.Polygon(nil, all)
	c.Text(1, 2, awkward, TextStyle{Anchor: End, Colour: "red", Size: 9, Bold: true})
	var b bytes.Buffer
	if err := c.Write(&b, 100, 50); err != nil {
		t.Fatal(err)
	}
	count, texts := elements(t, &b)
	for _, name := range []string{"line", "circle", "polyline", "polygon", "text"} {
		if count[name] != 1 {
			t.Errorf("%d of %s, want 1", count[name], name)
		}
	}
	if count["rect"] != 2 || count["title"] != 4 {
		t.Errorf("%d rectangles, want 2 with the background; %d tips, want 4", count["rect"], count["title"])
	}
	said := 0
	for _, text := range texts {
		if text == awkward {
			said++
		}
	}
	if said != 5 {
		t.Errorf("%q is said %d times, want 5", awkward, said)
	}
}

func TestCanvas_DownMovesWhatFollows(t *testing.T) {
	c := new(Canvas)
	c.Down = 100
	c.Polyline([]Point{{1, 2}, {3.126, -100}}, Style{})
	c.Text(0, 5, "x", TextStyle{})
	for _, want := range []string{`points="1,102 3.13,0"`, `y="105"`} {
		if !strings.Contains(c.b.String(), want) {
			t.Errorf("%s does not hold %s", c.b.String(), want)
		}
	}
}

func TestScale_At(t *testing.T) {
	linear := Scale{Low: -1, High: 3, From: 100, To: 0}
	if got := linear.At(0); got != 75 {
		t.Errorf("0 is at %g, want 75", got)
	}
	logarithmic := Scale{Low: 0.1, High: 1000, From: 0, To: 4, Log: true}
	if got := logarithmic.At(10); math.Abs(got-2) > 1e-12 {
		t.Errorf("10 is at %g, want 2", got)
	}
}

func TestScale_TicksAreRound(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		want  []float64
	}{
		{Scale{Low: 0, High: 10}, []float64{0, 2, 4, 6, 8, 10}},
		{Scale{Low: -1, High: 1}, []float64{-1, -0.5, 0, 0.5, 1}},
		{Scale{Low: 0, High: 200}, []float64{0, 50, 100, 150, 200}},
		{Scale{Low: 0.3, High: 200, Log: true}, []float64{1, 10, 100}},
	} {
		if got := c.scale.Ticks(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.scale, got, c.want)
		}
	}
	// 0.3 is not three times 0.1 in floating point: the last tick is there all the same.
	if got := (Scale{Low: 0, High: 0.3}).Ticks(); len(got) != 7 {
		t.Errorf("0 to 0.3: %v, want seven ticks", got)
	}
}

func TestScale_Label(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		v     float64
		want  string
	}{{Scale{}, 20000, "20000"}, {Scale{Log: true}, 1e5, "10⁵"}, {Scale{Log: true}, 1e-12, "10⁻¹²"}, {Scale{Log: true}, 0.1, "0.1"}} {
		if got := c.scale.Label(c.v); got != c.want {
			t.Errorf("%g is written %q, want %q", c.v, got, c.want)
		}
	}
}

func TestSpanAndDecades(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		series    []float64
		low, high float64
	}{{[]float64{nan, 1, 3, inf}, 0.8, 3.2}, {[]float64{2}, 1.5, 2.5}, {[]float64{nan}, 0, 1}} {
		if low, high := Span(0.1, c.series); math.Abs(low-c.low) > 1e-12 || math.Abs(high-c.high) > 1e-12 {
			t.Errorf("Span of %v: %g to %g, want %g to %g", c.series, low, high, c.low, c.high)
		}
	}
	if low, high := Decades([]float64{-1, 0, 2, inf}, []float64{200}); low >= 2 || low < 1 || high <= 200 || high > 300 {
		t.Errorf("%g to %g do not hold 2 to 200 with a little room", low, high)
	}
	if low, high := Decades([]float64{-1}); low != 1 || high != 10 {
		t.Errorf("nothing: %g to %g", low, high)
	}
}
