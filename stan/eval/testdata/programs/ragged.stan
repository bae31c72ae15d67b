// Loops within loops: sums over them, bounds that differ, recurrences of several series side by side.
data {
  int<lower=17, upper=20> G;
  int<lower=18, upper=20> T;
  array[G] int<lower=0, upper=20> count;
  array[G, 20] real y;
  matrix[G, T] Y;
}
transformed data {
  int total = sum(count);
  array[G] int first;
  vector[total] flat;
  {
    int at = 1;
    for (g in 1 : G) {
      first[g] = at;
      for (i in 1 : count[g]) {
        flat[at] = y[g, i];
        at += 1;
      }
    }
  }
}
parameters {
  vector[G] mu;
  vector[T] time;
  real<lower=0> sigma;
  real<lower=0, upper=1> phi;
}
transformed parameters {
  vector[G] row_sum = rep_vector(0, G);
  matrix[G, T] state;
  for (g in 1 : G) {
    for (t in 1 : T) {
      row_sum[g] += mu[g] * time[t] + Y[g, t];
    }
    state[g, 1] = mu[g];
    for (t in 2 : T) {
      state[g, t] = phi * state[g, t - 1] + time[t];
    }
  }
}
model {
  vector[T] column_sum = rep_vector(0, T);
  mu ~ normal(0, 1);
  time ~ normal(0, 1);
  sigma ~ exponential(1);
  for (g in 1 : G) {
    for (i in 1 : count[g]) {
      y[g, i] ~ normal(mu[g] + 0.1 * time[min(i, T)], sigma);
    }
    segment(flat, first[g], count[g]) ~ normal(mu[g], 1);
  }
  for (g in 1 : G) {
    for (t in 1 : T) {
      column_sum[t] += mu[g] * Y[g, t];
      Y[g, t] ~ normal(state[g, t] + row_sum[g] / T, sigma);
    }
  }
  column_sum ~ normal(0, 20);
  {
    real decay = 1;
    matrix[G, G] K;
    for (i in 1 : G) {
      K[i, i] = 1 + sigma;
      for (j in (i + 1) : G) {
        K[i, j] = exp(-square(mu[i] - mu[j]));
        K[j, i] = K[i, j];
      }
    }
    target += -0.001 * sum(K);
    for (t in 1 : T) {
      decay *= phi;
      target += decay * time[t];
    }
  }
}
