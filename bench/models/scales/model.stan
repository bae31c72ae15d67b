// Independent normals whose scales span six orders of magnitude.
data {
  int<lower=1> D;
  vector<lower=0>[D] scale;
}
parameters {
  vector[D] x;
}
model {
  x ~ normal(0, scale);
}
