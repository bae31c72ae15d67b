package terminal

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// frameTime is the time between two pictures.
const frameTime = 100 * time.Millisecond

// Where a terminal does not tell its size, this one is assumed.
const (
	usualColumns = 80
	usualRows    = 24
)

// Bars keeps a picture of one bar per chain at the bottom of a terminal. It
// uses no more than "cursor up" and "erase" (ECMA-48), so an end at any moment
// leaves the terminal in order.
type Bars struct {
	stream.Discard
	size  func() (columns, rows int)
	style style

	mu     sync.Mutex
	w      io.Writer
	chains []chain
	shown  []line // the picture on the screen
	closed bool

	stop    chan struct{}
	stopped chan struct{}
}

// NewBars returns a display on the terminal w, whose present size the function
// tells; Close must be called.
func NewBars(w io.Writer, plan Plan, size func() (columns, rows int), s style) *Bars {
	b := &Bars{
		w: w, size: size, style: s, chains: newChains(plan),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	go b.animate()
	return b
}

// animate draws the picture anew until Close.
func (b *Bars) animate() {
	defer close(b.stopped)
	ticker := time.NewTicker(frameTime)
	defer ticker.Stop()
	for {
		b.draw()
		select {
		case <-ticker.C:
		case <-b.stop:
			b.draw()
			return
		}
	}
}

// Progress implements stream.ProgressSink.
func (b *Bars) Progress(p stream.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.Chain >= 0 && p.Chain < len(b.chains) {
		b.chains[p.Chain].update(p)
	}
}

// Note writes a line above the bars, or below once they are closed.
func (b *Bars) Note(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		fmt.Fprintln(b.w, text)
		return
	}
	columns, rows := b.window()
	picture := b.picture(columns, rows)
	io.WriteString(b.w, b.erase(columns)+text+"\n"+join(picture))
	b.shown = picture
}

// Close draws the last picture and leaves it.
func (b *Bars) Close() error {
	b.mu.Lock()
	first := !b.closed
	if first {
		for i := range b.chains {
			b.chains[i].over = true
		}
		close(b.stop)
	}
	b.closed = true
	b.mu.Unlock()
	<-b.stopped
	return nil
}

// draw replaces the picture on the screen, if it has changed.
func (b *Bars) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	columns, rows := b.window()
	picture := b.picture(columns, rows)
	if join(picture) == join(b.shown) {
		return
	}
	io.WriteString(b.w, b.erase(columns)+join(picture))
	b.shown = picture
}

func (b *Bars) window() (columns, rows int) {
	columns, rows = b.size()
	if columns <= 0 {
		columns = usualColumns
	}
	if rows <= 0 {
		rows = usualRows
	}
	return columns, rows
}

// erase moves the cursor to the first line of the picture and clears from there
// on. Lines that no longer fit a terminal that became narrower are taken to
// have been wrapped.
func (b *Bars) erase(columns int) string {
	up := 0
	for _, l := range b.shown {
		up += max(1, (l.width+columns-1)/columns)
	}
	if up == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", up)
}

// picture returns the lines to show: a bar for each chain. If there is no room
// for all, those at work come first, and the last line is about the rest.
func (b *Bars) picture(columns, rows int) []line {
	shown := make([]*chain, 0, len(b.chains))
	for i := range b.chains {
		shown = append(shown, &b.chains[i])
	}
	var rest []*chain
	if room := max(rows-1, 1); len(shown) > room { // the cursor stands below the picture
		slices.SortStableFunc(shown, func(x, y *chain) int { return cmp.Compare(x.rank(), y.rank()) })
		shown, rest = shown[:room-1], shown[room-1:]
		slices.SortFunc(shown, func(x, y *chain) int { return cmp.Compare(x.number, y.number) })
	}
	lines := make([]line, 0, len(shown)+1)
	for _, c := range shown {
		lines = append(lines, b.style.bar(c, columns-1))
	}
	if len(rest) > 0 {
		lines = append(lines, b.style.others(rest, columns-1))
	}
	return lines
}

// join returns the text that shows the lines.
func join(lines []line) string {
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(l.text)
		text.WriteByte('\n')
	}
	return text.String()
}
