parameters {
  array[2] vector[3] v;
  matrix[3, 2] m;
  array[2] simplex[3] p;
  ordered[3] c;
}
model {
  v[1] ~ normal(0, 1);
  v[2] ~ normal(0, 1);
  to_vector(m) ~ normal(0, 1);
  c ~ normal(0, 1);
}
