package diag

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestWriteTable_DigitsFollowTheStandardErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	summaries := []Summary{
		{Name: "mu", Mean: 4.36912, MCSEMean: 0.0347, SD: 3.31415, MCSESD: 0.0263, Q5: -1.12345, MCSEQ5: 0.2, Median: 4.4, MCSEMedian: 0.041, Q95: 9.8765, MCSEQ95: 0.0061, ESSBulk: 9123.9, ESSTail: 4711, RHat: 1.00049},
		{Name: "theta[1,2]", Mean: -0.0001, MCSEMean: 0.02, SD: 1, MCSESD: 0.015, Q5: -1.6, MCSEQ5: 0.03, Median: 0.01, MCSEMedian: 0.03, Q95: 1.7, MCSEQ95: 0.03, ESSBulk: 4000, ESSTail: 3999.99, RHat: 0.99951},
		{Name: "λ", Mean: 123456.7, MCSEMean: 99.7, SD: 5432.1, MCSESD: 70, Q5: 1e5, MCSEQ5: 300, Median: 1.2e5, MCSEMedian: 150, Q95: 1.3e5, MCSEQ95: 300, ESSBulk: 3011, ESSTail: 2000, RHat: 1.01},
		{Name: "huge", Mean: 1.23456e12, MCSEMean: 2e9, SD: 3e10, MCSESD: 1e9, Q5: 1e12, MCSEQ5: 1e9, Median: 1.2e12, MCSEMedian: 3e9, Q95: 1.4e12, MCSEQ95: 1e9, ESSBulk: 300, ESSTail: 200, RHat: 12.3456},
		{Name: "tiny", Mean: 1.23456e-9, MCSEMean: 2e-12, SD: 3e-10, MCSESD: 1e-12, Q5: 0, MCSEQ5: 1e-12, Median: 1.2e-9, MCSEMedian: 3e-12, Q95: 1.4e-9, MCSEQ95: 1e-12, ESSBulk: 300, ESSTail: 200, RHat: 1},
		{Name: "count", Mean: 3.01, MCSEMean: 0.08, SD: 1.61, MCSESD: 0.05, Q5: 1, MCSEQ5: 0.5, Median: 3, Q95: 6, ESSBulk: 410, ESSTail: 434, RHat: 1},
		{Name: "fixed", Mean: 1, SD: 0, MCSESD: nan, Q5: 1, Median: 1, Q95: 1, ESSBulk: 4000, ESSTail: 4000, RHat: nan, Constant: true},
		{Name: "broken", Mean: nan, MCSEMean: nan, SD: nan, MCSESD: nan, Q5: -inf, MCSEQ5: nan, Median: 0.123456, MCSEMedian: nan, Q95: inf, MCSEQ95: nan, ESSBulk: nan, ESSTail: nan, RHat: inf},
	}
	const want = `
                 mean   mcse        sd         5%        50%        95%  ess_bulk  ess_tail   r_hat
mu               4.37  0.035      3.31       -1.1       4.40       9.88      9123      4711   1.000
theta[1,2]       0.00   0.02      1.00      -1.60       0.01       1.70      4000      3999   1.000
λ              123457    100      5432     100000     120000     130000      3011      2000   1.010
huge        1.235e+12  2e+09   3.0e+10  1.000e+12  1.200e+12  1.400e+12       300       200  12.346
tiny        1.235e-09  2e-12  3.00e-10          0  1.200e-09  1.400e-09       300       200   1.000
count             3.0   0.08       1.6          1          3          6       410       434   1.000
fixed               1      0         0          1          1          1      4000      4000       -
broken            nan      -       nan       -inf     0.1235        inf         -         -     inf
`
	var text strings.Builder
	if err := WriteTable(&text, summaries); err != nil {
		t.Fatal(err)
	}
	if text.String() != want[1:] {
		t.Errorf("table is\n%s", text.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("pipe is closed") }

func TestWriteTable_ReportsAFailedWrite(t *testing.T) {
	if err := WriteTable(brokenWriter{}, nil); err == nil {
		t.Error("no error")
	}
	if err := new(Report).WriteJSON(brokenWriter{}); err == nil || !strings.Contains(err.Error(), "pipe is closed") {
		t.Errorf("WriteJSON returns %v", err)
	}
}
