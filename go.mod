module github.com/quatre-ppl/quatre

go 1.26.0

require (
	charm.land/bubbletea/v2 v2.0.10
	charm.land/lipgloss/v2 v2.0.6
	github.com/alecthomas/kong v1.17.0
	github.com/chewxy/hm v1.0.0
	go.uber.org/goleak v1.3.0
	gonum.org/v1/gonum v0.17.0
	gorgonia.org/gorgonia v0.9.18
	gorgonia.org/tensor v0.9.24
	honnef.co/go/tools v0.8.2
	pgregory.net/rapid v1.3.0
)

require go4.org/unsafe/assume-no-moving-gc v0.0.0-20231121144256-b99613f794b6
