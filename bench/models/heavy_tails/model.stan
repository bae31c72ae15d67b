// Twenty independent Student t coordinates with four degrees of freedom.
data {
  int<lower=1> D;
  vector<lower=0>[D] scale;
}
parameters {
  vector[D] x;
}
model {
  x ~ student_t(4, 0, scale);
}
