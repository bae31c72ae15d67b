/* Words that have a meaning in some places are names in others,
   and library functions give their names to variables. */
data {
  int lower;
  int upper;
  real offset;
  real multiplier;
  array[lower] real array_;
  real T;
  real jacobian;
  real transformed;
  real generated;
  real quantities;
}
parameters {
  real<lower=lower, upper=upper> beta;
  real<offset=offset, multiplier=multiplier> gamma;
  vector[upper] alpha;
}
model {
  beta ~ normal(T, 1);
  gamma ~ gamma(1, 1) T[0, T];
  alpha[1] ~ normal(jacobian, 1);
  target += transformed + generated + quantities + beta(beta, gamma);
}
