package terminal

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/quatre-ppl/quatre/stream"
)

var plan = Plan{Chains: 3, Warmup: 100, Draws: 300}

// at is the event of a chain that has finished done iterations of a phase.
func at(chain int, phase stream.Phase, done int) stream.Progress {
	total := plan.Warmup
	elapsed := time.Duration(done) * 10 * time.Millisecond
	if phase == stream.Sampling {
		total = plan.Draws
		elapsed = time.Second + time.Duration(done)*5*time.Millisecond
	}
	return stream.Progress{
		Chain: chain, Phase: phase, Done: done, Total: total, StepSize: 0.25, Divergences: 2,
		Leapfrogs: int64(7 * done), Elapsed: elapsed,
	}
}

// buffer is a writer that the test may read while others write.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestLines_OnePerTenthOfAChain(t *testing.T) {
	var out bytes.Buffer
	l := NewLines(&out, plan)
	for _, phase := range []stream.Phase{stream.Warmup, stream.Sampling} {
		for done := range at(0, phase, 0).Total + 1 {
			l.Progress(at(1, phase, done))
			l.Progress(at(1, phase, done)) // a repetition says nothing new
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != steps {
		t.Fatalf("%d lines:\n%s", len(lines), out.String())
	}
	if want := "chain 2:  10 %, warmup   40/100, 2 divergences, step 0.25, 7.0 leapfrogs/draw, 3.6 s left"; lines[0] != want {
		t.Errorf("first line is %q, want %q", lines[0], want)
	}
	if want := "chain 2: 100 %, sampling 300/300, 2 divergences, step 0.25, 7.0 leapfrogs/draw, done in 2.5 s"; lines[9] != want {
		t.Errorf("last line is %q, want %q", lines[9], want)
	}
}

func TestLines_SkipsTenthsThatPassedUnseen(t *testing.T) {
	var out bytes.Buffer
	l := NewLines(&out, plan)
	l.Progress(at(0, stream.Sampling, 299))
	l.Progress(at(0, stream.Sampling, 300))
	l.Progress(at(7, stream.Sampling, 300)) // no such chain
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}

func TestChain_TimeLeftFollowsThePhase(t *testing.T) {
	c := newChains(plan)[0]
	if _, ok := c.left(); ok {
		t.Error("time left of a chain that has not begun")
	}
	c.update(at(0, stream.Warmup, 50))
	if left, _ := c.left(); left != 3500*time.Millisecond {
		t.Errorf("in warmup %v left", left)
	}
	c.update(at(0, stream.Warmup, 100))
	c.update(at(0, stream.Sampling, 100))
	if left, _ := c.left(); left != time.Second {
		t.Errorf("in sampling %v left", left)
	}
}

// escape matches the sequences that Bars writes.
var escape = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

func TestBars_FitAnyWidth(t *testing.T) {
	for _, env := range []Environment{{}, {Unicode: true}, {NoColour: true}} {
		for columns := 1; columns < 150; columns++ {
			b := &Bars{style: env.style(), chains: newChains(plan)}
			b.chains[0].update(at(0, stream.Warmup, 70))
			b.chains[1].update(at(1, stream.Sampling, 300))
			for _, l := range b.picture(columns, 24) {
				plain := escape.ReplaceAllString(l.text, "")
				if n := utf8.RuneCountInString(plain); n != l.width || n >= columns && columns > 1 {
					t.Fatalf("%d columns: line of %d, said to be %d: %q", columns, n, l.width, plain)
				}
				if env.NoColour && plain != l.text {
					t.Fatalf("colours although there should be none: %q", l.text)
				}
			}
		}
	}
}

func TestBars_Picture(t *testing.T) {
	b := &Bars{style: Environment{NoColour: true}.style(), chains: newChains(plan)}
	b.chains[0].update(at(0, stream.Warmup, 60))
	b.chains[1].update(at(1, stream.Sampling, 150))
	var text strings.Builder
	for _, l := range b.picture(120, 24) {
		text.WriteString(strings.TrimRight(l.text, " ") + "\n")
	}
	want := `
chain 1 ==...............  warmup   60/100   3.4 s left           2 divergences    step 0.25      7.0 leapfrogs/draw
chain 2 ====######.......  sampling 150/300  1.8 s left           2 divergences    step 0.25      7.0 leapfrogs/draw
chain 3 .................  waiting
`
	if text.String() != want[1:] {
		t.Errorf("picture is\n%swant%s", text.String(), want)
	}
}

func TestBars_MoreChainsThanRows(t *testing.T) {
	many := Plan{Chains: 20, Warmup: 100, Draws: 300}
	b := &Bars{style: Environment{}.style(), chains: newChains(many)}
	for i := range 9 {
		b.chains[i].update(at(i, stream.Sampling, 300))
	}
	b.chains[9].update(at(9, stream.Sampling, 10))
	b.chains[10].update(at(10, stream.Warmup, 10))
	var names []string
	for _, l := range b.picture(80, 6) {
		names = append(names, l.text[:8])
	}
	if want := []string{"chain 1 ", "chain 2 ", "chain 10", "chain 11", "and 16 m"}; !slices.Equal(names, want) {
		t.Errorf("lines %q, want %q", names, want)
	}
}

func TestBars_RedrawInPlaceAndKeepNotes(t *testing.T) {
	var out buffer
	b := NewBars(&out, plan, func() (int, int) { return 60, 24 }, Environment{NoColour: true}.style())
	b.Progress(at(0, stream.Warmup, 60))
	b.Note("a note")
	b.Progress(at(0, stream.Sampling, 100))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b.Note("the end")
	screen := replay(out.String())
	if len(screen) != 5 || screen[0] != "a note" || screen[4] != "the end" ||
		!strings.Contains(screen[1], "sampling 100/300") || !strings.Contains(screen[1], "stopped") {
		t.Errorf("screen:\n%s", strings.Join(screen, "\n"))
	}
}

// replay returns what a terminal shows after it was sent the text.
func replay(text string) []string {
	var lines []string
	for row := 0; text != ""; {
		if loc := escape.FindStringIndex(text); loc != nil && loc[0] == 0 {
			var up int
			if n, _ := fmt.Sscanf(text, "\x1b[%dA", &up); n == 1 {
				row -= up
			} else if text[:loc[1]] == "\x1b[J" {
				lines = lines[:row]
			}
			text = text[loc[1]:]
			continue
		}
		if text[0] == '\r' {
			text = text[1:]
			continue
		}
		var l string
		l, text, _ = strings.Cut(text, "\n")
		lines = append(lines[:row], l)
		row++
	}
	return lines
}

func TestBars_ShareWithFanout(t *testing.T) {
	var out buffer
	b := NewBars(&out, plan, func() (int, int) { return 0, 0 }, Environment{Unicode: true}.style())
	fan := stream.NewFanout(4, b)
	for i := range 50 {
		fan.Progress(at(0, stream.Sampling, i))
		frame := stream.Frame{Schema: &stream.Schema{Values: []stream.Field{{Name: "x"}}}, Phase: stream.Sampling, First: i, Rows: 1, Values: []float64{1}}
		if err := fan.Write(context.Background(), &frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := fan.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "█") {
		t.Errorf("no bar in %q", out.String())
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 31 * time.Millisecond: "0.03 s", 9400 * time.Millisecond: "9.4 s", 42 * time.Second: "42 s",
		185 * time.Second: "3 min 5 s", 2*time.Hour + 10*time.Minute: "2 h 10 min",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestEnvironment_Locale(t *testing.T) {
	t.Setenv("LC_ALL", "")
	t.Setenv("LC_CTYPE", "C")
	t.Setenv("LANG", "en_US.UTF-8")
	t.Setenv("NO_COLOR", "1")
	if e := FromEnv(); e.Unicode || !e.NoColour {
		t.Errorf("LC_CTYPE=C: %+v", e)
	}
	t.Setenv("LC_CTYPE", "")
	if e := FromEnv(); !e.Unicode {
		t.Errorf("LANG=en_US.UTF-8: %+v", e)
	}
}
