// Votes by party in several districts: shares of each district scatter about
// national shares, more closely the larger the concentration.
data {
  int<lower=1> D;
  int<lower=2> P;
  array[D, P] int<lower=0> votes;
}
parameters {
  simplex[P] national;
  real<lower=0> concentration;
  array[D] simplex[P] share;
}
model {
  national ~ dirichlet(rep_vector(1.5, P));
  concentration ~ lognormal(3, 1);
  for (d in 1 : D) {
    share[d] ~ dirichlet(concentration * national);
    votes[d] ~ multinomial(share[d]);
  }
}
