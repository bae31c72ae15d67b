package stream

import (
	"encoding/json"
	"math"
	"testing"
)

func TestNumber_HoldsEveryFloat(t *testing.T) {
	for _, x := range []float64{0, math.Copysign(0, -1), 0.1, -1e300, 5e-324, math.NaN(), math.Inf(1), math.Inf(-1)} {
		text, err := json.Marshal(Number(x))
		if err != nil {
			t.Fatal(err)
		}
		var back Number
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if got := float64(back); math.Float64bits(got) != math.Float64bits(x) && !(math.IsNaN(got) && math.IsNaN(x)) {
			t.Errorf("%v reads back as %v", x, got)
		}
	}
	var n Number
	if err := json.Unmarshal([]byte(`"many"`), &n); err == nil {
		t.Error("a word passes for a number")
	}
}
