// Conditions that depend on parameters.
functions {
  real huber(real x, real c) {
    if (abs(x) < c) {
      return 0.5 * square(x);
    }
    return c * (abs(x) - 0.5 * c);
  }
  real pieces(real x) {
    real y = 0;
    if (x < -1) return -1;
    y += 1;
    if (x < 0) {
      y += x;
      if (x < -0.5) return y;
      y *= 2;
    } else if (x < 1) {
      return x * y + 1;
    }
    return y + square(x);
  }
}
data {
  int<lower=20, upper=30> N;
  vector[N] y;
}
parameters {
  real a;
  real b;
  vector[N] z;
}
transformed parameters {
  real larger;
  vector[2] both;
  if (a > b) {
    larger = a;
    both = [a, b]';
  } else {
    larger = b;
    both[1] = b;
    both[2] = 2 * a;
  }
}
model {
  int order = (a < b) + 2 * (b <= 0 && a > 0) + (!(a > 0));
  real s = 0;
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  z ~ normal(0, 1);
  if (a > 0) {
    target += -square(a);
    if (b > 0) {
      target += normal_lpdf(y | a, 1);
      s = a * b;
    }
  } else {
    target += 0.5 * a;
  }
  s ~ normal(0, 1);
  target += -huber(a, 0.3) - huber(b, 0.1) + 0.1 * order;
  for (n in 1 : N) {
    target += -huber(y[n] - z[n], 0.5) + pieces(z[n]);
    if (z[n] > y[n]) {
      target += -0.1 * z[n];
    } else {
      real d = y[n] - z[n];
      if (d > 1) d = 1;
      target += -d;
    }
  }
  target += larger > 0.5 ? -larger : -2 * larger;
  target += both[1] - both[2];
  if (a > 100) {
    reject("a is ", a);
  }
}
