// Every kind of statement.
functions {
  void warn_if(real x, real limit) {
    if (x > limit)
      print("large: ", x);
    else
      return;
  }
}
data {
  int N;
  array[N] real x;
  array[N] int<lower=0> n;
  matrix[N, N] A;
}
transformed data {
  int steps = 0;
  real total = 0;
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
  for (i in 1:N)
    total += x[i];
  for (value in x) {
    total -= value;
    total *= 2;
    total /= 2.0;
  }
  for (row in {A[1], A[2]}) total += sum(row);
  for (element in A) total += element;
  matrix[N, N] B = A;
  B .*= A;
  B ./= A;
  B[1, 2] = 3;
  B[1] = A[2];
  B[:, 2] = A[:, 1];
  B[1:2, 1] = A[1:2, 1];
  if (total < -1e300) {
    reject("total is ", total);
  }
  if (total > 1e300) fatal_error("total is ", total);
  ;
  warn_if(total, 10);
}
parameters {
  real mu;
  real<lower=0> sigma;
  vector[N] z;
}
model {
  profile("priors") {
    mu ~ normal(0, 10) T[-20, 20];
    sigma ~ normal(0, 1) T[0, ];
    z ~ std_normal();
  }
  for (i in 1:N) {
    x[i] ~ student_t(4, mu, sigma) T[, 100];
    n[i] ~ poisson(exp(mu)) T[1, ];
  }
  target += normal_lpdf(x | mu, sigma);
  target += normal_lupdf(z | 0, 1);
  {mu, z[1]} ~ normal(0, 1);
  [mu, z[1]] ~ multi_normal([0, 0], [[1, 0.5], [0.5, 1]]);
  target += -0.5 * dot_self(z);
  {
    real inner = target();
    print("target: ", inner);
  }
}
