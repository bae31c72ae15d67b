// Package eval runs a checked Stan program over its data and makes a model of it.
//
// There is one evaluator and there are two kinds of values: what depends on data alone is a number at once, what depends
// on a parameter is an expression of package model/expr. So transformed data are plain computation, transformed
// parameters and the model block run once and leave expressions behind, and generated quantities are computed with
// numbers again, draw by draw.
//
// A loop whose iterations do not need each other runs once for all of them: its variable stands for all its values, one
// in each lane (lanes.go). Where an iteration needs the one before, the loop becomes a scan; else it is written out.
package eval
