// Package smooth estimates states given all the data, from the clouds that a
// filter left behind.
//
//	method      cost          needs                   what it gives
//	Genealogy   N T           nothing more            marginals; few distinct particles far back
//	FixedLag    N T           nothing more            marginals given the data a lag ahead
//	Marginals   N² T          density of moves        marginals
//	Paths       N T a path    density of moves        paths of the joint law
//	  Rejection about T       and its bound           the same law
//	  Metropolis T            density of moves        about the same law, exact as N grows
//	TwoFilter   N² T          a filter run backwards  marginals
//	Online      N², or N      density of moves        sums over the path, while data come in
package smooth
