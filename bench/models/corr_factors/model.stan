// A normal with a few strong common factors: the covariance of x ./ scale is
// I + F F', whose inverse is I - F inv(I + F'F) F' = I - B'B.
data {
  int<lower=1> D;
  int<lower=1> K;
  matrix[D, K] F;
  vector<lower=0>[D] scale;
}
transformed data {
  matrix[K, K] C = add_diag(crossprod(F), 1);
  matrix[K, D] B = mdivide_left_tri_low(cholesky_decompose(C), F');
}
parameters {
  vector[D] x;
}
model {
  vector[D] u = x ./ scale;
  target += -0.5 * (dot_self(u) - dot_self(B * u));
}
