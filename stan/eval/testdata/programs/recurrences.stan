// What one iteration hands to the next, in all the ways that a loop can write it.
data {
  int<lower=12, upper=20> T;
  vector[T] y;
}
parameters {
  real<lower=-1, upper=1> phi;
  real<lower=0> sigma;
  vector[T] z;
  simplex[3] start;
  array[3] simplex[3] move;
  ordered[3] mu;
}
transformed parameters {
  vector[T] level;
  vector[T] second;
  array[T] real delayed;
  level[1] = z[1];
  for (t in 2 : T) {
    level[t] = phi * level[t - 1] + sigma * z[t];
  }
  second[1 : 2] = z[1 : 2];
  for (t in 3 : T) {
    second[t] = 0.5 * phi * second[t - 1] - 0.2 * second[t - 2] + z[t];
  }
  {
    real last = 0;
    real before_last = 1;
    for (t in 1 : T) {
      delayed[t] = last + 2 * before_last;
      before_last = last;
      last = z[t] * sigma;
    }
  }
}
model {
  real smooth = 0;
  real variance = 1;
  real error = 0;
  vector[T] old = z;
  array[3] real forward;
  phi ~ normal(0, 1);
  sigma ~ exponential(1);
  z ~ std_normal();
  mu ~ normal(0, 2);
  // two values that need each other
  for (t in 1 : T) {
    real now = y[t] - smooth - 0.1 * error;
    variance = 0.1 + 0.2 * square(now) + 0.7 * variance;
    smooth = 0.3 * y[t] + (1 - 0.3) * smooth * phi;
    error = now;
    now ~ normal(0, sqrt(variance));
  }
  // elements that later iterations overwrite
  for (t in 1 : T - 1) {
    old[t] = old[t] + 0.5 * old[t + 1];
  }
  target += -0.01 * dot_self(old);
  // a first iteration that differs
  {
    vector[T] h;
    for (t in 1 : T) {
      if (t == 1) {
        h[t] = sigma;
      } else {
        h[t] = 0.2 + 0.5 * h[t - 1] + 0.1 * square(y[t - 1]);
      }
    }
    y ~ normal(0, sqrt(h));
  }
  // hidden states summed out
  for (k in 1 : 3) {
    forward[k] = log(start[k]) + normal_lpdf(y[1] | mu[k], sigma);
  }
  for (t in 2 : T) {
    array[3] real next;
    for (k in 1 : 3) {
      array[3] real from;
      for (j in 1 : 3) {
        from[j] = forward[j] + log(move[j, k]);
      }
      next[k] = log_sum_exp(from) + normal_lpdf(y[t] | mu[k], sigma);
    }
    forward = next;
  }
  target += log_sum_exp(forward);
  // the value behind the loop
  smooth ~ normal(0, 1);
  level[T] ~ normal(0, 1);
}
