package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// Model is a model that was read from text. It may be built any number of
// times, by several goroutines at once.
type Model struct {
	// Name is the name that the text gives, or that of the file.
	Name string
	// Until and WarmUp are the horizon and the warm-up that the text gives, 0 if
	// it gives none.
	Until, WarmUp float64
	// Replications is the number that the text gives, 0 if it gives none.
	Replications int
	// Parameters are the parameters that the text has, with their values.
	Parameters map[string]float64
	values     map[string]float64 // that replace those of the text
	file       string
	root       *yaml.Node
	files      map[string][]float64 // numbers of files, by file and column
}

// Read reads a model. file is the name for messages; if it ends with .json the
// text must be JSON, else YAML. The error is of type Errors.
func Read(file string, text []byte) (*Model, error) {
	if strings.HasSuffix(file, ".json") {
		if err := checkJSON(file, text); err != nil {
			return nil, err
		}
		// A tab is white space in JSON; strings cannot contain one.
		text = bytes.ReplaceAll(text, []byte("\t"), []byte(" "))
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, Errors{syntaxError(file, err)}
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 {
		return nil, Errors{{File: file, Line: 1, Column: 1, Text: "the file is empty: a model has resources and flows"}}
	}
	m := &Model{Name: strings.TrimSuffix(path.Base(file), path.Ext(file)), file: file, root: document.Content[0], files: map[string][]float64{}}
	if err := m.try(); err != nil {
		return nil, err
	}
	return m, nil
}

// try builds the model once, which shows the mistakes of the text.
func (m *Model) try() error {
	s := sim.New(rng.NewKey(0), sim.Options{})
	b := &builder{model: m, s: s, file: m.file}
	b.build()
	if len(b.errors) > 0 {
		return b.errors
	}
	if err := s.Err(); err != nil {
		return Errors{{File: m.file, Line: m.root.Line, Column: m.root.Column, Text: err.Error()}}
	}
	m.Parameters = b.parameters
	return m.outcomes(s)
}

// outcomes complains if two outcomes of the model have the same name.
func (m *Model) outcomes(s *sim.Simulation) error {
	seen := map[string]bool{}
	for _, o := range s.Outcomes() {
		if seen[o.Name] {
			return Errors{{File: m.file, Line: m.root.Line, Column: m.root.Column,
				Text: fmt.Sprintf("two outcomes would be called %q: resources, containers, flows, conveyors and what is recorded need different names", o.Name)}}
		}
		seen[o.Name] = true
	}
	return nil
}

// Build builds the model in an empty simulation. It has the form of an
// experiment's model; all replications are alike.
func (m *Model) Build(s *sim.Simulation, _ int) error {
	copied := *m
	b := &builder{model: &copied, s: s, file: m.file}
	b.build()
	if len(b.errors) > 0 {
		return b.errors
	}
	return nil
}

// With returns the model with other values of some parameters.
func (m *Model) With(values map[string]float64) (*Model, error) {
	d := *m
	d.values = maps.Clone(m.values)
	if d.values == nil {
		d.values = map[string]float64{}
	}
	for name, x := range values {
		if _, ok := m.Parameters[name]; !ok {
			return nil, fmt.Errorf("%s: the model has no parameter %q%s", m.file, name, suggest(name, slices.Collect(maps.Keys(m.Parameters))))
		}
		d.values[name] = x
	}
	return &d, d.try()
}

// Drawn returns a model, in the form of an experiment's, whose parameters change
// from one replication to the next: value(replication, name) replaces the values
// of the named parameters. It may be called by several goroutines at once.
func (m *Model) Drawn(names []string, value func(replication int, name string) float64) (func(s *sim.Simulation, replication int) error, error) {
	for _, name := range names {
		if _, ok := m.Parameters[name]; !ok {
			return nil, fmt.Errorf("%s: the model has no parameter %q%s", m.file, name, suggest(name, slices.Collect(maps.Keys(m.Parameters))))
		}
	}
	return func(s *sim.Simulation, replication int) error {
		d := *m
		d.values = maps.Clone(m.values)
		if d.values == nil {
			d.values = map[string]float64{}
		}
		for _, name := range names {
			d.values[name] = value(replication, name)
		}
		return d.Build(s, replication)
	}, nil
}

// checkJSON reports the first place where a text is no JSON.
func checkJSON(file string, text []byte) error {
	var any json.RawMessage
	err := json.Unmarshal(text, &any)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return nil
	}
	before := text[:max(0, min(int(syntax.Offset)-1, len(text)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return Errors{{File: file, Line: line, Column: column, Text: syntax.Error()}}
}

var lineOfYAML = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError turns the error of the YAML reader into one with a place.
func syntaxError(file string, err error) *Error {
	e := &Error{File: file, Line: 1, Column: 1, Text: err.Error()}
	if m := lineOfYAML.FindStringSubmatch(err.Error()); m != nil {
		e.Text = m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			e.Line = line
		}
	}
	return e
}

// builder builds a model in a simulation.
type builder struct {
	model  *Model
	s      *sim.Simulation
	file   string
	errors Errors

	parameters map[string]float64
	resources  map[string]sim.Resource
	containers map[string]sim.Container
	stores     map[string]store
	signals    map[string]sim.Signal
	sources    map[string]sim.Source
	vectors    map[string]vector
	tallies    map[string]sim.Tally
	flows      map[string]*flowBuilder
	used       map[string]int // how often a law was written in a flow
}

// build walks the text.
func (b *builder) build() {
	b.resources, b.containers, b.signals = map[string]sim.Resource{}, map[string]sim.Container{}, map[string]sim.Signal{}
	b.stores, b.vectors = map[string]store{}, map[string]vector{}
	b.sources, b.tallies, b.used = map[string]sim.Source{}, map[string]sim.Tally{}, map[string]int{}
	b.parameters, b.flows = map[string]float64{}, map[string]*flowBuilder{}
	var flows *yaml.Node
	sections := map[string]*yaml.Node{}
	keep := func(name string) func(*yaml.Node) { return func(v *yaml.Node) { sections[name] = v } }
	// Parameters come first: every number may use them.
	if root := follow(b.model.root); root.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(root.Content); i += 2 {
			if root.Content[i].Value == "parameters" {
				b.readParameters(root.Content[i+1])
			}
		}
	}
	b.fields(b.model.root, "a model", map[string]func(*yaml.Node){
		"parameters":   func(*yaml.Node) {},
		"name":         func(v *yaml.Node) { b.model.Name = b.text(v, "the name") },
		"until":        func(v *yaml.Node) { b.model.Until = b.time(v, "until") },
		"warmup":       func(v *yaml.Node) { b.model.WarmUp = b.time(v, "the warm-up") },
		"replications": func(v *yaml.Node) { b.model.Replications = b.integer(v, "the number of replications", 1) },
		"sources":      keep("sources"), "jockeying": keep("jockeying"), "resources": keep("resources"), "containers": keep("containers"), "stores": keep("stores"),
		"signals": keep("signals"), "flows": func(v *yaml.Node) { flows = v },
	})
	// In the order in which they need each other, not that of the text.
	for _, section := range []struct {
		name  string
		build func(*yaml.Node)
	}{{"sources", b.buildSources}, {"resources", b.buildResources}, {"jockeying", b.buildJockeying}, {"containers", b.buildContainers}, {"stores", b.buildStores}, {"signals", b.buildSignals}} {
		if v := sections[section.name]; v != nil {
			section.build(v)
		}
	}
	if flows == nil {
		b.complain(b.model.root, 0, "the model has no flows")
		return
	}
	all := b.entries(flows, "flows")
	for _, e := range all {
		b.beginFlow(e.key.Value, e.value)
	}
	for _, e := range all {
		b.flows[e.key.Value].build(e.value)
	}
	for _, e := range all {
		b.flows[e.key.Value].check()
	}
}

// readParameters reads {name: number, …}; a number may use those before it.
func (b *builder) readParameters(n *yaml.Node) {
	for _, e := range b.entries(n, "parameters") {
		if !b.usable(e.key, "parameter") {
			continue
		}
		x := b.number(e.value, "a parameter")
		if other, ok := b.model.values[e.key.Value]; ok {
			x = other
		}
		if math.IsNaN(x) {
			b.complain(e.value, 0, "parameter %q is NaN", e.key.Value)
		}
		b.parameters[e.key.Value] = x
	}
}

// reserved are names that mean something in every formula.
var reserved = []string{"now", "age", "number", "true", "false", "not"}

// usable reports whether a name can stand in formulas, and complains if not.
func (b *builder) usable(n *yaml.Node, what string) bool {
	p := &parser{text: n.Value}
	if name, err := p.whole(); err != nil || name.op != opName {
		b.complain(n, 0, "%q cannot be used in formulas: the name of a %s has letters, digits, _ and dots", n.Value, what)
		return false
	}
	if slices.Contains(reserved, n.Value) {
		b.complain(n, 0, "%q means something else in formulas: call the %s otherwise", n.Value, what)
		return false
	}
	return true
}

// free reports whether a name is usable and neither that of a parameter nor that
// of a source, and complains if not.
func (b *builder) free(n *yaml.Node, what string) bool {
	if !b.usable(n, what) {
		return false
	}
	_, parameter := b.parameters[n.Value]
	_, source := b.sources[n.Value]
	_, vectors := b.vectors[n.Value]
	switch {
	case parameter:
		b.complain(n, 0, "%q is a parameter already", n.Value)
	case source || vectors:
		b.complain(n, 0, "%q is a source already", n.Value)
	}
	return !parameter && !source && !vectors
}

// time returns a constant number that is finite and not negative.
func (b *builder) time(n *yaml.Node, what string) float64 {
	x := b.number(n, what)
	if !(x >= 0 && x < math.Inf(1)) {
		b.complain(n, 0, "%s is %v: it must be finite and ≥ 0", what, x)
		return 0
	}
	return x
}

func (b *builder) buildSources(n *yaml.Node) {
	for _, e := range b.entries(n, "sources") {
		read, width := b.law, 0
		switch {
		case has(e.value, "laws"):
			read = func(n *yaml.Node) (l sim.Law) { l, width = b.together(n); return l }
		case has(e.value, "law"):
			read = b.inSequence
		case e.value.Kind == yaml.MappingNode:
			read = b.recorded
		}
		law := read(e.value)
		if law == nil || !b.free(e.key, "source") {
			continue
		}
		s := b.s.Source(e.key.Value, law)
		if width > 0 {
			b.vectors[e.key.Value] = vector{s, width}
		} else {
			b.sources[e.key.Value] = s
		}
	}
}

func (b *builder) buildSignals(n *yaml.Node) {
	for _, v := range b.list(n, "signals") {
		name := b.text(v, "a signal")
		if _, twice := b.signals[name]; twice {
			b.complain(v, 0, "there are two signals %q", name)
			continue
		}
		b.signals[name] = b.s.Signal(name)
	}
}

func (b *builder) buildContainers(n *yaml.Node) {
	for _, e := range b.entries(n, "containers") {
		capacity, initial := math.Inf(1), 0.0
		b.fields(e.value, "a container", map[string]func(*yaml.Node){
			"capacity": func(v *yaml.Node) { capacity = b.number(v, "the capacity") },
			"initial":  func(v *yaml.Node) { initial = b.time(v, "the initial amount") },
		})
		if !(capacity > 0) || initial > capacity {
			b.complain(e.value, 0, "container %q has capacity %v and holds %v at first: want a capacity > 0 that is not exceeded", e.key.Value, capacity, initial)
			continue
		}
		b.containers[e.key.Value] = b.s.Container(e.key.Value, capacity, initial)
	}
}

// find returns what a name stands for, or complains.
func find[T any](b *builder, n *yaml.Node, what string, table map[string]T) (T, bool) {
	name := b.text(n, what)
	x, ok := table[name]
	if !ok && name != "" {
		names := make([]string, 0, len(table))
		for k := range table {
			names = append(names, k)
		}
		b.complain(n, 0, "there is no %s %q%s", what, name, suggest(name, names))
	}
	return x, ok
}
