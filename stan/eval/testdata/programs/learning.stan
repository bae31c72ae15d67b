// Learning from rewards: what is expected of an option changes when it is chosen; one learner, then several.
data {
  int<lower=12, upper=20> T;
  int<lower=2, upper=3> K;
  int<lower=6, upper=7> S;
  array[T] int<lower=1, upper=K> choice;
  vector[T] reward;
  array[S] int<lower=17, upper=30> trials;
  array[S, 30] int<lower=1, upper=2> chosen;
  array[S, 30] real gain;
  array[T] int<lower=0, upper=1> seen;
}
parameters {
  real<lower=0, upper=1> rate;
  real<lower=0> heat;
  vector<lower=0, upper=1>[S] rates;
  vector<lower=0>[S] heats;
}
model {
  vector[K] expected = rep_vector(0, K);
  heat ~ exponential(1);
  heats ~ exponential(heat);
  for (t in 1 : T) {
    choice[t] ~ categorical_logit(heat * expected);
    expected[choice[t]] += rate * (reward[t] - expected[choice[t]]);
  }
  expected ~ normal(0, 1);
  for (s in 1 : S) {
    vector[2] q = rep_vector(0.5, 2);
    for (t in 1 : trials[s]) {
      real surprise = gain[s, t] - q[chosen[s, t]];
      chosen[s, t] ~ categorical_logit(heats[s] * q);
      q[chosen[s, t]] = q[chosen[s, t]] + rates[s] * surprise;
      q[3 - chosen[s, t]] *= 1 - 0.1 * rates[s];
    }
  }
  {
    // a filter that skips what was not seen
    real mean = 0;
    real variance = 1;
    for (t in 1 : T) {
      variance += rate;
      if (seen[t]) {
        real gain_t = variance / (variance + heat);
        target += normal_lpdf(reward[t] | mean, sqrt(variance + heat));
        mean += gain_t * (reward[t] - mean);
        variance *= 1 - gain_t;
      } else if (t > 5) {
        mean *= 0.9;
      }
    }
    mean ~ normal(0, 1);
  }
}
