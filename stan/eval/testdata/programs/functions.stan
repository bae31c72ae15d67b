// Functions of the program, called once, in loops and by each other.
functions {
  real power(real x, int n) {
    if (n == 0) return 1;
    return x * power(x, n - 1);
  }
  real weight(real x, int kind) {
    if (kind == 1) {
      return x;
    } else if (kind == 2) {
      real y = exp(-x);
      for (i in 1 : 3) {
        if (i == 2) continue;
        y += i * x;
        if (i > kind) return y;
      }
      return y;
    }
    return square(x);
  }
  vector cumulated(vector x) {
    vector[num_elements(x)] out;
    real s = 0;
    for (i in 1 : num_elements(x)) {
      s += x[i];
      out[i] = s;
    }
    return out;
  }
  real steps(data real x, real a) {
    real left = x;
    real sum = 0;
    while (left > 0) {
      sum += a * left;
      left -= 0.5;
      if (is_large(left)) break;
    }
    return sum;
  }
  int is_large(real x) {
    return x > 1.5;
  }
  void prior_lp(real x, real s) {
    x ~ normal(0, s);
    if (s > 1) target += 0.5 * x;
  }
  real skewed_lpdf(real y, real m) {
    return normal_lupdf(y | m, 1) + log_inv_logit(y - m);
  }
  tuple(real, vector) parts(vector x) {
    return (sum(x), x * 2);
  }
  real slice_sum_lpdf(array[] real y, int first, int last, vector m) {
    return normal_lpdf(y | m[first : last], 1);
  }
}
data {
  int<lower=20, upper=30> N;
  array[N] real y;
  array[N] int<lower=1, upper=3> kind;
}
parameters {
  real a;
  vector[N] m;
}
transformed parameters {
  vector[N] path = cumulated(m);
  real doubled;
  (doubled, path) = parts(path);
}
model {
  tuple(real, array[2] real) both = (a, {a, 2 * a});
  both.2[1] = both.2[1] + 1;
  for (n in 1 : N) {
    target += -0.1 * weight(m[n], kind[n]);
    prior_lp(m[n], kind[n]);
    y[n] ~ skewed(a * m[n]);
    target += 0.01 * steps(y[n], m[n]) + 0.001 * power(m[n], kind[n]);
  }
  target += reduce_sum(slice_sum_lpdf, y, 1, m);
  target += both.1 * both.2[1] - both.2[2] ^ 2 + 0.001 * doubled;
  path ~ normal(0, 100);
  a ~ normal(0, 1);
}
