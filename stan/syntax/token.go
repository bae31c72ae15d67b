package syntax

// Kind is the class of a token.
type Kind uint8

// The classes of tokens.
const (
	EOF Kind = iota
	// Name is an identifier that is no reserved word.
	Name
	// Keyword is a reserved word.
	Keyword
	// Punct is an operator or a bracket.
	Punct
	// IntNumber is a whole number such as 12 or 1_000.
	IntNumber
	// RealNumber is a number with a fraction or an exponent.
	RealNumber
	// ImagNumber is a number that ends in i.
	ImagNumber
	// DotNumber is a point followed by digits: a real at the start of an operand, a tuple's field after one.
	DotNumber
	// StringText is a text in double quotes.
	StringText
)

// Token is one word of a program. Text is its spelling; a StringText's is without quotes.
type Token struct {
	Kind Kind
	Text string
	Span
}

// baseTypes are the words that start the type of a declaration, apart from array, which is no reserved word.
var baseTypes = wordSet(`int real complex vector row_vector matrix complex_vector complex_row_vector complex_matrix
	ordered positive_ordered simplex unit_vector sum_to_zero_vector sum_to_zero_matrix
	cholesky_factor_corr cholesky_factor_cov corr_matrix cov_matrix
	column_stochastic_matrix row_stochastic_matrix tuple`)

// statementWords are the reserved words that can only start a statement.
var statementWords = wordSet(`for while if return break continue print reject fatal_error profile`)

// reserved are the words that no variable and no function may have as its name.
var reserved = union(baseTypes, statementWords,
	wordSet(`else in void target functions data parameters model true false`))

// puncts lists the operators and brackets, longer ones before their prefixes.
var puncts = []string{
	"%/%", ".*=", "./=",
	"+=", "-=", "*=", "/=", "==", "!=", "<=", ">=", "&&", "||", ".*", "./", ".^",
	"+", "-", "*", "/", "%", "\\", "^", "'", "!", "<", ">", "=", "~", "?", ":", ";", ",", "(", ")", "[", "]", "{", "}", "|",
}
