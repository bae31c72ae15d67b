package terminal

import (
	"os"
	"strings"
)

// Environment is what the user's settings say about the terminal.
type Environment struct {
	// Term is the kind of terminal.
	Term string
	// NoColour asks for no colours (https://no-color.org).
	NoColour bool
	// Unicode tells that characters beyond ASCII are shown.
	Unicode bool
}

// FromEnv reads the environment variables TERM, NO_COLOR, and the locale in
// LC_ALL, LC_CTYPE and LANG, of which the first that is set counts.
func FromEnv() Environment {
	e := Environment{Term: os.Getenv("TERM"), NoColour: os.Getenv("NO_COLOR") != ""}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(name)); locale != "" {
			e.Unicode = strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
			break
		}
	}
	return e
}

// style returns the characters and colours to draw with.
func (e Environment) style() style {
	s := style{warmup: '=', drawn: '#', rest: '.', colour: !e.NoColour}
	if e.Unicode {
		s.warmup, s.drawn, s.rest = '▒', '█', '░'
	}
	return s
}

// style is how a bar looks.
type style struct {
	warmup, drawn, rest rune // cells of finished warmup, of draws, of what is left
	colour              bool
}

// The colours of a bar, as the SGR parameter of ECMA-48.
const (
	yellow = "33"
	green  = "32"
	red    = "31"
	dim    = "2"
)

// paint returns the text in a colour, or as it is.
func (s style) paint(colour, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
