package types

import (
	"embed"
	"strings"
	"sync"
)

//go:embed library/*.txt
var libraryFiles embed.FS

// Library is the table of the functions that every program can use. It does not change once it is made.
type Library struct {
	functions map[string]*declared
	// distributions maps a distribution to the suffix of its density: "lpdf" or "lpmf".
	distributions map[string]string
	names         []string
}

// declared is a function as the files declare it. Its signatures are read when somebody
// asks for them: a program uses few of the library's functions.
type declared struct {
	lines      []func() []*Signature
	once       sync.Once
	signatures []*Signature
}

// signatures returns the ways to call a function of the library.
func (l *Library) signatures(name string) []*Signature {
	d := l.functions[name]
	if d == nil {
		return nil
	}
	d.once.Do(func() {
		for _, line := range d.lines {
			d.signatures = append(d.signatures, line()...)
		}
	})
	return d.signatures
}

// library reads the embedded files once.
var library = sync.OnceValue(func() *Library {
	l := &Library{functions: map[string]*declared{}, distributions: map[string]string{}}
	l.readElementwise(libraryLines("elementwise"))
	for _, file := range []string{"math", "containers", "matrix", "generators", "solvers"} {
		for _, line := range libraryLines(file) {
			l.addLine(line)
		}
	}
	for _, line := range libraryLines("transforms") {
		l.addTransform(line)
	}
	for _, line := range libraryLines("distributions") {
		l.addDistribution(line)
	}
	return l
})

// libraryLines returns the lines of a file, without comments and empty ones.
func libraryLines(file string) []string {
	text, err := libraryFiles.ReadFile("library/" + file + ".txt")
	if err != nil {
		panic("types: " + err.Error())
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// add declares a function by what returns signatures of it.
func (l *Library) add(name string, line func() []*Signature) {
	d := l.functions[name]
	if d == nil {
		d = new(declared)
		l.functions[name] = d
		l.names = append(l.names, name)
	}
	d.lines = append(d.lines, line)
}

// addLine declares the function of a line.
func (l *Library) addLine(line string) {
	l.add(nameIn(line), func() []*Signature {
		var list []*Signature
		for _, each := range expand(line) {
			list = append(list, parseSignature(each))
		}
		return list
	})
}

// nameIn returns the name of the function of a line: the word before its arguments.
func nameIn(line string) string {
	rest := line
	if strings.HasPrefix(line, "tuple(") { // of the result
		_, rest, _ = strings.Cut(line, ")")
	}
	head, _, ok := strings.Cut(rest, "(")
	if !ok {
		panic("types: no arguments in the library: " + line)
	}
	return head[strings.LastIndexByte(head, ' ')+1:]
}

func (l *Library) readElementwise(lines []string) {
	for _, line := range lines {
		name, functions, _ := strings.Cut(line, ":")
		family, ok := elementwise[name]
		if !ok {
			panic("types: no such rule in the library: " + line)
		}
		for _, function := range strings.Fields(functions) {
			l.add(function, func() []*Signature {
				return []*Signature{{Name: function, rule: family.rule, form: family.form}}
			})
		}
	}
}

// addTransform adds the three functions of a line of transforms.txt.
func (l *Library) addTransform(line string) {
	name, forms, _ := strings.Cut(line, ":")
	forward, backward, ok := strings.Cut(forms, ";")
	if !ok {
		panic("types: bad line in the library: " + line)
	}
	name = strings.TrimSpace(name)
	named := func(form, suffix string) string { return strings.Replace(form, " (", " "+name+suffix+"(", 1) }
	l.addLine(named(strings.TrimSpace(forward), "_constrain"))
	l.addLine(named(strings.TrimSpace(forward), "_jacobian"))
	l.addLine(named(strings.TrimSpace(backward), "_unconstrain"))
}

// addDistribution adds the functions of a line of distributions.txt.
func (l *Library) addDistribution(line string) {
	parts := strings.Split(line, ":")
	if len(parts) != 3 {
		panic("types: bad line in the library: " + line)
	}
	name := strings.TrimSpace(parts[0])
	variate, params := cutVariate(parts[2])
	all := strings.TrimSuffix(variate+", "+params, ", ")
	for _, kind := range strings.Fields(parts[1]) {
		switch kind {
		case "lpdf", "lpmf":
			l.distributions[name] = kind
			l.addLine("real " + name + "_" + kind + "(" + all + ")")
		case "cdf":
			for _, suffix := range []string{"_cdf", "_lcdf", "_lccdf"} {
				l.addLine("real " + name + suffix + "(" + all + ")")
			}
		case "rng":
			l.add(name+"_rng", func() []*Signature {
				return []*Signature{generator(name+"_rng", params, strings.HasPrefix(variate, "int"))}
			})
		default:
			panic("types: bad kind in the library: " + line)
		}
	}
}

// cutVariate splits "variate | parameters"; the bar between them has a space on both sides.
func cutVariate(text string) (variate, params string) {
	variate, params, ok := strings.Cut(text, " |")
	if !ok {
		panic("types: no variate in the library: " + text)
	}
	return strings.TrimSpace(variate), strings.TrimSpace(params)
}

// generator returns the signature of a random generator with these parameters.
func generator(name, params string, discrete bool) *Signature {
	s := parseSignature("real " + name + "(" + params + ")")
	inner := *s
	s.rule = func(args []Type) (Type, []Type, bool) {
		m, ok := inner.match(args)
		if !ok {
			return Type{}, nil, false
		}
		result := plain(Real)
		if discrete {
			result = plain(Int)
		}
		for _, param := range m.params {
			if !param.IsScalar() {
				return result.ArrayOf(1), m.params, true
			}
		}
		return result, m.params, true
	}
	return s
}

// lookup returns the best match among the signatures of a name: the one with the fewest promotions.
func (l *Library) lookup(name string, args []Type) (match, bool) {
	return best(l.signatures(name), args)
}

// best returns the match with the fewest promotions; among equals the first.
func best(signatures []*Signature, args []Type) (match, bool) {
	var found match
	ok := false
	for _, s := range signatures {
		if m, matches := s.match(args); matches && (!ok || m.steps < found.steps) {
			found, ok = m, true
		}
	}
	return found, ok
}
