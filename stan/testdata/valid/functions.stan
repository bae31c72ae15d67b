// Functions of all kinds: overloads, announced ones, recursion, densities, generators, functions that add to the target.
functions {
  real twice(real x);
  int factorial(int n) {
    if (n <= 1) {
      return 1;
    }
    return n * factorial(n - 1);
  }
  real twice(real x) {
    return 2 * x;
  }
  vector twice(vector x) {
    return 2 * x;
  }
  array[] int twice(array[] int x) {
    array[size(x)] int out;
    for (i in 1:size(x)) out[i] = 2 * x[i];
    return out;
  }
  real shifted_lpdf(real y, real mu) {
    return normal_lpdf(y | mu + 1, 1);
  }
  real shifted_lpdf(vector y, real mu) {
    return normal_lupdf(y | mu + 1, 1);
  }
  real shifted_lcdf(real y, real mu) {
    return normal_lcdf(y | mu + 1, 1);
  }
  real shifted_lccdf(real y, real mu) {
    return normal_lccdf(y | mu + 1, 1);
  }
  real shifted_rng(real mu) {
    return normal_rng(mu + 1, 1);
  }
  real counted_lpmf(array[] int n, real rate) {
    return poisson_lpmf(n | rate);
  }
  real partial_lpmf(array[] int slice, int start, int end, vector mu) {
    return poisson_log_lupmf(slice | mu[start:end]);
  }
  void prior_lp(real x) {
    x ~ normal(0, 1);
    target += -log(2);
  }
  real scaled_jacobian(real x, real s) {
    jacobian += log(s);
    return x * s;
  }
  vector growth(real t, vector state, real rate, data real capacity) {
    return rate * state .* (1 - state / capacity);
  }
  tuple(real, real) span(data vector x) {
    return (min(x), max(x));
  }
  real sign_of(real x) {
    if (x > 0) {
      return 1;
    } else if (x < 0) {
      return -1;
    } else {
      return 0;
    }
  }
  real checked(real x) {
    if (x > 0) return log(x);
    reject("x must be positive, found ", x);
  }
}
data {
  int N;
  array[N] int n;
  vector[N] v;
  real capacity;
  array[N] real times;
}
transformed data {
  tuple(real, real) ends = span(v);
  int f = factorial(5);
  array[N] int n2 = twice(n);
}
parameters {
  real raw;
  real<lower=0> rate;
  vector[N] mu;
  vector<lower=0>[1] start;
}
transformed parameters {
  real scaled = scaled_jacobian(raw, 2);
  array[N] vector[1] path = ode_rk45(growth, start, 0, times, rate, capacity);
}
model {
  prior_lp(raw);
  raw ~ shifted(rate) T[0, ];
  mu ~ shifted(twice(rate));
  n ~ counted(rate);
  target += reduce_sum(partial_lupmf, n, 1, mu);
  target += sum(twice(mu)) + checked(rate) + sign_of(raw) + path[1, 1] + scaled + ends.1 + ends.2 + f + n2[1];
}
generated quantities {
  real again = shifted_rng(rate);
  real cdf = exp(shifted_lcdf(raw | rate));
}
