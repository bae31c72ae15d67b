// Package picture shows what happens in a run: the trace as CSV or JSON lines,
// Gantt charts and queue lengths as SVG, and a page that animates entities on
// their way.
//
// All begin with observations: a Recorder keeps them, a Writer writes them at
// once.
package picture
