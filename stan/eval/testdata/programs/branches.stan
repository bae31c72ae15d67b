// Iterations that go different ways, as data say.
data {
  int<lower=20, upper=30> N;
  array[N] int<lower=0, upper=3> kind;
  vector[N] x;
  vector[N] y;
}
parameters {
  vector[4] a;
  real b;
  real<lower=0> sigma;
}
transformed parameters {
  vector[N] eta;
  for (n in 1 : N) {
    real shift = 0;
    if (kind[n] == 0) {
      eta[n] = a[1];
    } else if (kind[n] == 1) {
      eta[n] = a[2] + b * x[n];
      shift = 1;
    } else {
      real local = a[kind[n] + 1];
      eta[n] = local;
      if (x[n] > 0) {
        eta[n] += b;
        eta[n] *= 2;
      }
    }
    if (x[n] > 0.3) {
      shift += a[3] + b * x[n];
    } else if (kind[n] == 2) {
      shift -= log(1 + abs(x[n])) * b;
      shift += 0.1;
    }
    eta[n] -= 0.5 * shift;
  }
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  sigma ~ exponential(1);
  for (n in 1 : N) {
    if (kind[n] == 3) {
      continue;
    }
    y[n] ~ normal(eta[n], sigma);
    if (n > 1 && kind[n - 1] == 2) {
      target += -0.1 * square(b - x[n - 1]);
    }
    if (x[n] < 0 || kind[n] == 1) {
      target += -0.2 * square(eta[n]);
      if (kind[n] == 0) continue;
      target += -0.3 * a[1] * x[n];
    }
    target += n == N ? a[4] : 0.5 * a[3] * (kind[n] > 0);
  }
  {
    real total = 0;
    for (n in 1 : N) {
      int k = kind[n];
      for (j in 1 : k) {
        total += a[j] * x[n];
      }
      while (k > 1) {
        total += 0.1 * b;
        k -= 1;
      }
    }
    total ~ normal(0, 10);
  }
  {
    int positive = 0;
    for (n in 1 : N) {
      if (x[n] > 0) positive += 1;
    }
    target += positive * b / N;
  }
}
