package main

import "io"

// summaryCmd prints the table of a run.
type summaryCmd struct {
	Dir    string   `arg:"" name:"DIR" help:"Folder of a run, or one of its CSV files."`
	JSON   bool     `name:"json" help:"Print JSON with all numbers in full."`
	Params []string `placeholder:"NAME,…" sep:"none" help:"Only these quantities; a name without indices means all its elements."`
}

// Run implements the command.
func (c *summaryCmd) Run() error {
	r, err := readResults(c.Dir)
	if err != nil {
		return err
	}
	chosen, err := choose(r.report.Summaries, splitNames(c.Params))
	if err != nil {
		return err
	}
	r.tell()
	return result(func(w io.Writer) error {
		if c.JSON {
			shown := *r.report
			shown.Summaries = chosen
			return shown.WriteJSON(w)
		}
		return writeReport(w, r.heading(), r.report, chosen)
	})
}

// splitNames splits lists of names at the commas outside of brackets.
func splitNames(lists []string) []string {
	var names []string
	for _, list := range lists {
		depth, start := 0, 0
		for i, r := range list + "," {
			switch r {
			case '[':
				depth++
			case ']':
				depth--
			case ',':
				if depth > 0 {
					continue
				}
				if i > start {
					names = append(names, list[start:i])
				}
				start = i + 1
			}
		}
	}
	return names
}
