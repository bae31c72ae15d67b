// Package reduce rewrites log densities so that their cost does not depend on
// the number of rows of data where the algebra allows it. It looks at sums over
// rows and not at names: however a model is written, the same sum is found.
//
// Its rules are:
//
//   - linear sums: Σ_i c·x[i] = c·Σ_i x[i] for a number c that depends on
//     parameters and data x. The sums of data are sufficient statistics of
//     exponential families.
//   - least squares: Σ_i (y[i] − Σ_k x[i,k]·b[k])² for data x and y is, by an
//     orthogonal factorisation of the data, a sum of K + 1 squares, see
//     ir.LeastSquaresShape. Coefficients may differ between groups of rows, and so
//     may a factor of the residuals; residuals may be correlated by a matrix of
//     data. Observations of vectors with a common mean and covariance matrix are
//     reduced in the same way to one more than they have elements.
//   - groups: a function of what is gathered by group, times data, is
//     the function once for each group times the group's sum of the data.
//     Exposures, e^(a + x) = e^x·e^a with data x, belong to the data.
//   - repeated rows: the same for rows that agree in all data and indices that
//     such a function reads, where at most half of the rows are different.
//
// The result is equal in exact arithmetic. Numbers of rows in a reduced program
// may depend on the values of data: groups without rows are left out, and so are
// repetitions. Report.Data names the data for which that is so.
package reduce
