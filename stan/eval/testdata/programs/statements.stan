// The other statements: truncation, profiles, loops that break off, target(), compound assignments, tuples.
functions {
  real running(vector x, real limit) {
    real s = 0;
    for (i in 1 : num_elements(x)) {
      s += i;
      if (s > limit) break;
      s *= 1.5;
    }
    return s * sum(x);
  }
}
data {
  int<lower=2, upper=6> N;
  array[N] real<lower=-1, upper=1> x;
  array[N] int<lower=1, upper=9> n;
  matrix[N, N] A;
  vector<lower=0.1>[N] w;
}
transformed data {
  int steps = 0;
  real total = 0;
  tuple(int, vector[N]) pair = (N, w);
  matrix[N, N] B = A;
  while (steps < 10) {
    steps += 1;
    if (steps == 3)
      continue;
    else if (steps > 8)
      break;
    else {
      total += steps;
    }
  }
  for (value in x) {
    total -= value;
    total /= 2.0;
  }
  for (row in {A[1], A[2]}) total += sum(row);
  for (element in A) total += element;
  B .*= A;
  B ./= A;
  B[1, 2] = 3;
  B[1] = A[2];
  B[ : , 2] = A[ : , 1];
  B[1 : 2, 1] = A[1 : 2, 1];
  pair.2[1] = 0.5;
  pair.1 += 1;
  if (total < -1e300) {
    reject("total is ", total);
  }
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[N] z;
}
model {
  tuple(real, tuple(vector[N], real)) nest = (mu, (z, sigma));
  profile("priors") {
    mu ~ normal(0, 10) T[-20, 20];
    sigma ~ normal(0, 1) T[0, ];
    z ~ std_normal();
  }
  for (i in 1 : N) {
    x[i] ~ normal(mu, sigma) T[, 1.5];
    n[i] ~ poisson(exp(mu)) T[1, ];
    n[i] ~ poisson(exp(0.1 * z[i])) T[1, 9];
  }
  x ~ normal(z, w) T[-1, 1];
  target += normal_lpdf(x | mu, sigma);
  {mu, z[1]} ~ normal(0, 1);
  [mu, z[1]] ~ multi_normal([0, 0], [[1, 0.5], [0.5, 1]]);
  {
    target += 0.5 * target();
    nest.2.1[1] = mu * sigma;
    target += 0.1 * (sum(nest.2.1) * nest.2.2 - nest.1);
  }
  target += 0.01 * running(z, 9) + total + sum(B) + pair.1 * sum(pair.2);
  for (i in 1 : N) {
    if (i > 4) break;
    target += -0.1 * z[i] * z[N + 1 - i];
  }
}
