package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// Suite is a comparison of systems on cases, where each system carries out a
// case in a process of its own and reports figures.
type Suite struct {
	Name    string   // of the command and of the result's files
	Heading string   // of its section of the page
	Text    string   // what the section says first
	Rivals  []Rival  // Quatre first
	Columns []Column // the figures, the one that decides first
	Cases   []Case
}

// Rival is a system of a suite. Quatre is the one without a script; called
// "quatre:VARIANT" it is told to do the case in another way.
type Rival struct {
	Name string
	// Script is its worker, a Python program below the root of the repository.
	// It is called with --case NAME --seed N --cores N --root DIR --params JSON
	// and writes a Report as one line of JSON, its last one.
	Script string
	// Env names the environment of the script: make bench-peers-ENV makes it from
	// bench/peers/requirements-ENV.txt.
	Env string
	// Absent says why a system that ought to be here never takes part.
	Absent string
}

// Case is something that all systems of a suite do.
type Case struct {
	Name  string
	Title string // in words
	// Params is what all systems are told, as JSON; Quick the same for a check of
	// the harness.
	Params, Quick any
	Cores         int // processors that a process is held to; 0 stands for 1
	Rounds        int // the most rounds that the case is worth; 0 for as many as there are
	// Main is the column that decides, if it is not the first.
	Main string
	// Targets are what Quatre should reach.
	Targets []Target
	// Run is how Quatre does it.
	Run func(ctx context.Context, t *Trial) (Figures, error)
}

// Figures are measured numbers by the names of their columns.
type Figures map[string]float64

// Column is a figure and what it means.
type Column struct {
	Name   string `json:"name"`
	What   string `json:"what"`
	Better Sense  `json:"better,omitempty"`
	// Score marks a deviation from the truth in standard errors, standard normal
	// for a system without fault: rounds are pooled, and a pooled score beyond
	// MostError is a reason not to believe the system's figures.
	Score bool `json:"score,omitempty"`
	// Most is a median above which the figures are not to be believed; 0 for
	// none.
	Most float64 `json:"most,omitempty"`
	// Slack is a bound on quality: a system's win counts only if its median here
	// is at most Slack times the loser's; 0 for none.
	Slack float64 `json:"slack,omitempty"`
}

// Sense says which figures of a column are the better ones.
type Sense string

// The senses of a column.
const (
	More Sense = "more"
	Less Sense = "less"
)

// Target is a figure that Quatre should reach: at least where more is better, at
// most where less is.
type Target struct {
	Column string        `json:"column"`
	Value  stream.Number `json:"value"`
}

// Trial is one round of a case, as its worker sees it.
type Trial struct {
	Case    string
	Variant string // of Quatre
	Seed    uint64 // the number of the round, counted from 1
	Cores   int
	Root    string // of the repository
	Params  json.RawMessage
}

// Read fills in the parameters.
func (t *Trial) Read(params any) error {
	if err := json.Unmarshal(t.Params, params); err != nil {
		return fmt.Errorf("bench: parameters of case %s: %w", t.Case, err)
	}
	return nil
}

// Report is what a worker says.
type Report struct {
	Figures  map[string]stream.Number `json:"figures,omitempty"`
	Versions map[string]string        `json:"versions,omitempty"`
	Missing  string                   `json:"missing,omitempty"` // why it cannot do the case
}

// Suites returns all suites.
func Suites() []Suite { return []Suite{simSuite(), bartSuite(), smcSuite()} }

// FindSuite returns the suite of a name.
func FindSuite(name string) (*Suite, error) {
	all := Suites()
	k := slices.IndexFunc(all, func(s Suite) bool { return s.Name == name })
	if k < 0 {
		return nil, fmt.Errorf("bench: there is no suite %q", name)
	}
	return &all[k], nil
}

// Choose returns the suite with the named cases only; all of them for no name.
func (s *Suite) Choose(names []string) (*Suite, error) {
	if len(names) == 0 {
		return s, nil
	}
	chosen := *s
	chosen.Cases = nil
	for _, name := range names {
		c, err := s.find(name)
		if err != nil {
			return nil, err
		}
		chosen.Cases = append(chosen.Cases, *c)
	}
	return &chosen, nil
}

// find returns a case.
func (s *Suite) find(name string) (*Case, error) {
	var known []string
	for i := range s.Cases {
		if s.Cases[i].Name == name {
			return &s.Cases[i], nil
		}
		known = append(known, s.Cases[i].Name)
	}
	return nil, fmt.Errorf("bench: suite %s has no case %q: there are %s", s.Name, name, strings.Join(known, ", "))
}
