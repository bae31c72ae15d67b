// Package text reads simulation models written as YAML or JSON: resources,
// containers, random sources and flows. docs/sim.md is the reference of the
// format. Every error names the line and the column.
//
//	until: 480
//	resources:
//	  teller: 2
//	flows:
//	  customers:
//	    steps:
//	      - arrive: exponential(3)
//	      - seize: teller
//	      - hold: exponential(5)
//	      - release: teller
//	      - depart
package text
