package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/quatre-ppl/quatre/tensor"
)

func read(t *testing.T, text string) *Set {
	t.Helper()
	s, err := Read(strings.NewReader(text), "d.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s *Set, key string) *Value {
	t.Helper()
	v, err := s.Get(key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRead_ShapesAndElements(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	cases := []struct {
		json  string
		shape tensor.Shape
		want  []float64
		ints  bool
	}{
		{`3`, nil, []float64{3}, true},
		{`-0`, nil, []float64{0}, true},
		{`3.0`, nil, []float64{3}, false},
		{`1e2`, nil, []float64{100}, false},
		{`2147483647`, nil, []float64{2147483647}, true},
		{`-2147483648`, nil, []float64{-2147483648}, true},
		{`2147483648`, nil, []float64{2147483648}, false},
		{`123456789012345678901234567890`, nil, []float64{123456789012345678901234567890}, false},
		{`5e-324`, nil, []float64{5e-324}, false},
		{`1e-400`, nil, []float64{0}, false},
		{`[]`, tensor.Shape{0}, nil, true},
		{`[[], []]`, tensor.Shape{2, 0}, nil, true},
		{`[[[]]]`, tensor.Shape{1, 1, 0}, nil, true},
		{`[1, 2.5]`, tensor.Shape{2}, []float64{1, 2.5}, false},
		{"[[1, 2, 3],\n [4, 5, 6]]", tensor.Shape{2, 3}, []float64{1, 2, 3, 4, 5, 6}, true},
		{`[[[1],[2]],[[3],[4]],[[5],[6]]]`, tensor.Shape{3, 2, 1}, []float64{1, 2, 3, 4, 5, 6}, true},
		{`["NaN", "Inf", "-Inf", "Infinity", "-Infinity", "+inf"]`, tensor.Shape{6}, []float64{nan, inf, -inf, inf, -inf, inf}, false},
		{`[NaN, Infinity, -Infinity]`, tensor.Shape{3}, []float64{nan, inf, -inf}, false},
	}
	for _, c := range cases {
		v := get(t, read(t, `{"x": `+c.json+`}`), "x")
		same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }
		if !v.Shape.Equal(c.shape) || !slices.EqualFunc(v.Reals, c.want, same) || v.IsInt() != c.ints {
			t.Errorf("%s: shape %v, elements %v, ints %v; want %v, %v, %v", c.json, v.Shape, v.Reals, v.IsInt(), c.shape, c.want, c.ints)
		}
	}
}

func TestRead_KeepsOrderAndAcceptsMarks(t *testing.T) {
	s := read(t, "\ufeff\t{ \"b\\u00e4r\" :1 ,\r\n\"a\":[ 2 ] }\n\n")
	if want := []string{"bär", "a"}; !slices.Equal(s.Keys(), want) {
		t.Errorf("keys %q, want %q", s.Keys(), want)
	}
	if len(read(t, "{}").Keys()) != 0 {
		t.Error("an empty object has entries")
	}
}

func TestRead_SyntaxErrorsHavePlaces(t *testing.T) {
	cases := []struct{ json, want string }{
		{``, `d.json:1:1: found the end of the file where the data begin`},
		{`[1]`, `d.json:1:1: found '[' where the data begin`},
		{`{"N": 1`, `d.json:1:8: found the end of the file behind the value of "N"; a comma or '}'`},
		{"{\n  \"N\": 3,\n  \"y\": [1, 2 3]}", `d.json:3:14: found '3' behind y[2]; a comma or ']'`},
		{`{"y": [1, 2,]}`, `d.json:1:13: found ']' where the value of y[3] should be`},
		{`{"N": 1,}`, `d.json:1:9: found '}' where a name in double quotes should be`},
		{`{N: 1}`, `d.json:1:2: found 'N' where a name in double quotes should be`},
		{`{"N" 1}`, `d.json:1:6: found '1' behind the name "N"; a colon`},
		{`{"N": 1, "y": 2, "N": 3}`, `d.json:1:18: the name "N" occurs twice`},
		{`{"N": 1} x`, `d.json:1:10: found 'x' behind the end of the data`},
		{`{"N": 1}{"M": 2}`, `d.json:1:9: found '{' behind the end of the data`},
		{`{"N": 1.}`, `d.json:1:7: "1.", the value of N, is not a number`},
		{`{"N": 01}`, `"01", the value of N, is not a number`},
		{`{"y": [[1, 2], [3, 0x4]]}`, `d.json:1:20: "0x4", the value of y[2,2], is not a number`},
		{`{"N": 1e999}`, `d.json:1:7: N = 1e999 is beyond the range of reals`},
		{`{"N`, `d.json:1:2: the text that begins here has no closing quote`},
		{`{"ä": "x\`, `d.json:1:7: the text that begins here has no closing quote`},
		{`{"N": }`, `d.json:1:7: found '}' where the value of N should be`},
		{`{"N": "\q"}`, `is not valid JSON`},
		{`{"x": ` + strings.Repeat("[", 40), `more than 32 levels`},
		{`{"x": ` + strings.Repeat(`{"a":`, 40), `more than 32 levels`},
	}
	for _, c := range cases {
		_, err := Read(strings.NewReader(c.json), "d.json")
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got  %v\n want %s", c.json, err, c.want)
		}
	}
}

// However the bytes come, the result is the same, places of errors included.
func TestRead_InSmallPieces(t *testing.T) {
	many := strings.Repeat("[1.25, -3e2,\n\t4], ", 40000)
	for _, text := range []string{
		"\ufeff{ \"ä\": [1, \"NaN\", -Inf],\n \"b\\n\": [[1,2],\n[3,4.5]]} ", `{"x": {"a": [null, "\"", {}]}, "y": [[1], [2, 3]]}`,
		"{\n\n \"N\": [1, 2 3]}", `{"x": "\`, `{"x": 1ä}`, "", "\ufeff", `{"x": [` + many + `[1, 2, 3]], "y": [1]}`, `{"x": [` + many + `[1, 2]], "y": [1]}`,
	} {
		whole, wholeErr := Read(strings.NewReader(text), "d")
		for name, r := range map[string]io.Reader{
			"one byte": iotest.OneByteReader(strings.NewReader(text)), "half": iotest.HalfReader(strings.NewReader(text)), "with the end": iotest.DataErrReader(strings.NewReader(text)),
		} {
			set, err := ReadSized(r, int64(len(text)), "d")
			if fmt.Sprint(err) != fmt.Sprint(wholeErr) {
				t.Errorf("%s: error %v, in one piece %v", name, err, wholeErr)
			}
			if err != nil {
				continue
			}
			for _, key := range whole.Keys() {
				v, err := set.Get(key)
				w, wantErr := whole.Get(key)
				if fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Errorf("%s: %s: error %v, in one piece %v", name, key, err, wantErr)
				}
				if err == nil && (!v.Shape.Equal(w.Shape) || fmt.Sprint(v.Reals) != fmt.Sprint(w.Reals) || v.Place() != w.Place() || v.IsInt() != w.IsInt()) {
					t.Errorf("%s: %s is not as in one piece", name, key)
				}
			}
		}
	}
	broken := errors.New("broken disk")
	if _, err := Read(io.MultiReader(strings.NewReader(`{"x": [1,`), iotest.ErrReader(broken)), "d"); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of reading", err)
	}
}

func TestGet_SaysWhatIsNoData(t *testing.T) {
	cases := []struct{ json, want string }{
		{`[[1, 2], [3]]`, `d.json:1:16: x[2] has 1 element, the lists before it have 2`},
		{`[[], [3]]`, `x[2] has 1 element, the lists before it have 0`},
		{`[1, [2]]`, `x[2] is a list, other elements beside it are numbers`},
		{`[[1], 2]`, `x[2] is a number, other elements beside it are lists`},
		{`[[[1]], [2]]`, `x[2,1] is a number, other elements beside it are lists`},
		{`[[], [[]]]`, `x[2] has 1 element, the lists before it have 0`},
		{`"abc"`, `x is the text "abc"`},
		{`"--Inf"`, `x is the text "--Inf"`},
		{`[1, true]`, `x[2] is true`},
		{`null`, `x is null`},
		{`{"1": 2, "2": [3]}`, `x is an object`},
	}
	for _, c := range cases {
		s := read(t, `{"x": `+c.json+`, "y": 1}`)
		get(t, s, "y")
		if _, err := s.Get("x"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got  %v\n want %s", c.json, err, c.want)
		}
	}
	_, err := read(t, `{}`).Get("x")
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), `d.json has no entry "x"`) {
		t.Errorf("missing entry: %v", err)
	}
}

func TestInts_NameTheFirstReal(t *testing.T) {
	cases := []struct{ json, want string }{
		{`[[1, 2], [2.5, 3.5]]`, `d.json:1:17: x[2,1] = 2.5 is a real`},
		{`"NaN"`, `x = "NaN" is a real`},
		{`4.0`, `x = 4.0 is a real`},
		{`[1, 3000000000]`, `d.json:1:11: x[2] = 3000000000 is beyond the range of ints`},
	}
	for _, c := range cases {
		if _, err := get(t, read(t, `{"x": `+c.json+`}`), "x").Ints(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got  %v\n want %s", c.json, err, c.want)
		}
	}
	ints, err := get(t, read(t, `{"x": [3, -4]}`), "x").Ints()
	if err != nil || !slices.Equal(ints, []int{3, -4}) {
		t.Errorf("ints %v, error %v", ints, err)
	}
}

func TestWrite_ReadsBackTheSame(t *testing.T) {
	s := New("")
	s.SetInts("N", nil, []int{3})
	s.SetReals("r", nil, []float64{3})
	s.SetReals("m", tensor.Shape{2, 3}, []float64{0.1, -1e300, 5e-324, math.NaN(), math.Inf(1), math.Inf(-1)})
	s.SetInts("empty", tensor.Shape{2, 0}, nil)
	s.SetInts("big", tensor.Shape{1}, []int{1 << 40})
	text := written(t, s)
	back := read(t, text)
	if again := written(t, back); again != text {
		t.Errorf("wrote\n%sand after reading\n%s", text, again)
	}
	if get(t, back, "r").IsInt() || !get(t, back, "N").IsInt() || get(t, back, "big").IsInt() {
		t.Error("ints and reals are not told apart after reading")
	}
	if got := written(t, New("")); got != "{\n}\n" {
		t.Errorf("the empty set is written as %q", got)
	}
}

func written(t *testing.T, s *Set) string {
	t.Helper()
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// FuzzRead checks that no text makes Read panic, and that what it accepts is written and read back the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"N": 3, "y": [1.5, 2, 0.5]}`, `{"x": [[1, 2], [3]], "y": {"a": [null, true]}}`, `{"x": [[[]]], "z": "NaN"}`,
		"{\n\"x\": [1e5,-Inf,\"-Inf\"]", `{"a":1}}`, `{"x":[[],[[]]]}`, `{"\ud800": -0}`, "\xff{",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text), "f")
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		for _, key := range s.Keys() {
			v, err := s.Get(key)
			if err != nil {
				continue
			}
			if v.Shape.Size() != len(v.Reals) {
				t.Fatalf("shape %v of %d elements", v.Shape, len(v.Reals))
			}
			if ints, err := v.Ints(); (err == nil) != v.IsInt() || err == nil && len(ints) != len(v.Reals) {
				t.Fatalf("ints %v, error %v", ints, err)
			}
		}
		first := written(t, s)
		back, err := Read(strings.NewReader(first), "f")
		if err != nil {
			t.Fatalf("cannot read back %q: %v", first, err)
		}
		if second := written(t, back); second != first {
			t.Fatalf("written %q, then %q", first, second)
		}
	})
}
