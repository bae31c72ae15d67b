package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// column is a column of the table: its heading and the text of a cell.
type column struct {
	head string
	cell func(*Summary) string
}

// columns are the table's columns. A number is written to the decimal place in
// which two of its standard errors begin, so that the digits shown are those
// that more draws would confirm.
var columns = [...]column{
	{"mean", func(s *Summary) string { return guided(s.Mean, s.MCSEMean) }},
	{"mcse", func(s *Summary) string { return significant(s.MCSEMean, 2) }},
	{"sd", func(s *Summary) string { return guided(s.SD, s.MCSESD) }},
	{"5%", func(s *Summary) string { return guided(s.Q5, s.MCSEQ5) }},
	{"50%", func(s *Summary) string { return guided(s.Median, s.MCSEMedian) }},
	{"95%", func(s *Summary) string { return guided(s.Q95, s.MCSEQ95) }},
	{"ess_bulk", func(s *Summary) string { return whole(s.ESSBulk) }},
	{"ess_tail", func(s *Summary) string { return whole(s.ESSTail) }},
	{"r_hat", func(s *Summary) string { return threeDecimals(s.RHat) }},
}

// WriteTable writes the summaries as lines of aligned columns: name, mean and
// its standard error, sd, the quantiles of 5, 50 and 95 %, bulk and tail
// effective sample size, and R-hat. A diagnostic that is not determined is a
// dash.
func WriteTable(w io.Writer, summaries []Summary) error {
	lines := make([][]string, 0, len(summaries)+1)
	head := []string{""}
	for _, c := range columns {
		head = append(head, c.head)
	}
	lines = append(lines, head)
	for i := range summaries {
		line := []string{summaries[i].Name}
		for _, c := range columns {
			line = append(line, c.cell(&summaries[i]))
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(head))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				text.WriteString(cell + pad)
			} else {
				text.WriteString("  " + pad + cell)
			}
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// WriteJSON writes the report and its warnings as one indented JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	warnings := r.Warnings()
	if warnings == nil {
		warnings = []Warning{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(struct {
		*Report
		Warnings []Warning `json:"warnings"`
	}{r, warnings})
	if err != nil {
		return fmt.Errorf("diag: cannot write the report: %w", err)
	}
	return nil
}

// Beyond these, numbers are written with an exponent.
const (
	largeNumber   = 1e7
	smallNumber   = 1e-4
	manyDecimals  = 6
	unguidedWidth = 4 // significant digits of a number without a standard error
)

// guided writes x to the place in which 2·mcse has its first digit.
func guided(x, mcse float64) string {
	if math.IsNaN(x) {
		return "nan"
	}
	if !(mcse > 0) || math.IsInf(mcse, 0) || math.IsInf(x, 0) || x == 0 {
		return significant(x, unguidedWidth)
	}
	decimals := -int(math.Floor(math.Log10(2 * mcse)))
	if size := math.Abs(x); size >= largeNumber || decimals > manyDecimals {
		digits := int(math.Floor(math.Log10(size))) + decimals
		return strconv.FormatFloat(x, 'e', min(max(digits, 1), 16), 64)
	}
	return fixed(x, decimals)
}

// significant writes x with so many significant digits, without zeros at the
// end, and without an exponent unless it is very large or small.
func significant(x float64, digits int) string {
	size := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return "-"
	case math.IsInf(x, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(x, 'g', -1, 64), "+"))
	case size == 0:
		return "0"
	case size >= largeNumber || size < smallNumber:
		return strconv.FormatFloat(x, 'g', digits, 64)
	}
	text := fixed(x, digits-1-int(math.Floor(math.Log10(size))))
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// fixed writes x with so many decimals, none if they are negative. What rounds
// to zero has no sign.
func fixed(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', max(decimals, 0), 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}

// whole writes an effective sample size, rounded down.
func whole(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return strconv.FormatFloat(math.Floor(x), 'f', 0, 64)
}

// threeDecimals writes an R-hat.
func threeDecimals(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) || x >= 1000 {
		return significant(x, unguidedWidth)
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}
