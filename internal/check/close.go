package check

import (
	"fmt"
	"math"
	"strings"
)

// TB is what a check needs of a test: *testing.T, *testing.B, *testing.F and
// *rapid.T have it.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Close reports an error unless got is close to want in the sense of class,
// and returns whether it is. The words of msg say what was compared.
func Close(t TB, got, want float64, class Class, msg ...any) bool {
	t.Helper()
	if class.Accepts(got, want) {
		return true
	}
	t.Errorf("%sgot %v, want %v, %s: %s", title(msg), got, want, class, distance(got, want, class))
	return false
}

// CloseSlice is Close for each element. It reports the number of elements that
// are not close and the first of them.
func CloseSlice(t TB, got, want []float64, class Class, msg ...any) bool {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%sgot %d elements, want %d", title(msg), len(got), len(want))
		return false
	}
	bad, first := 0, 0
	for i := len(got) - 1; i >= 0; i-- {
		if !class.Accepts(got[i], want[i]) {
			bad++
			first = i
		}
	}
	if bad == 0 {
		return true
	}
	t.Errorf("%s%d of %d elements differ, first element %d: got %v, want %v, %s: %s", title(msg), bad, len(got),
		first, got[first], want[first], class, distance(got[first], want[first], class))
	return false
}

// Panics reports an error unless f panics with a text that contains want, and
// returns whether it does.
func Panics(t TB, want string, f func()) (ok bool) {
	t.Helper()
	defer func() {
		t.Helper()
		caught := recover()
		if caught == nil {
			t.Errorf("no panic, want one with %q", want)
			return
		}
		if text := fmt.Sprint(caught); !strings.Contains(text, want) {
			t.Errorf("panic %q, want one with %q", text, want)
			return
		}
		ok = true
	}()
	f()
	return false
}

// title joins the words of a message and sets it off by a colon.
func title(msg []any) string {
	if len(msg) == 0 {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintln(msg...), "\n") + ": "
}

// distance says how far apart two values are in the units that help.
func distance(got, want float64, c Class) string {
	gap := got - want
	if math.IsNaN(gap) || math.IsInf(gap, 0) {
		return "not comparable"
	}
	text := fmt.Sprintf("difference %.3g, relative %.3g, %d ulp", gap, gap/max(math.Abs(got), math.Abs(want)), ulpDistance(got, want))
	if c.kind == sigmas {
		text += fmt.Sprintf(", z = %.3g", gap/c.scale)
	}
	return text
}
