package main

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
)

// console is where notes to the user go: to the display while there is one.
type console struct {
	quiet bool

	mu      sync.Mutex
	display terminal.Display
}

// note shows a message, unless notes are not wanted.
func (c *console) note(format string, args ...any) {
	if !c.quiet {
		c.show(fmt.Sprintf(format, args...))
	}
}

// Write shows what the model prints. Each call is a line, or several.
func (c *console) Write(p []byte) (int, error) {
	c.show(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

func (c *console) show(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.display != nil {
		c.display.Note(text)
		return
	}
	fmt.Fprintln(os.Stderr, text)
}

// open starts the display of progress.
func (c *console) open(plan terminal.Plan) terminal.Display {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.display = terminal.Open(os.Stderr, plan, terminal.FromEnv())
	return c.display
}
