// A bent normal (Haario, Saksman, Tamminen 1999) in two coordinates, with eight
// plain ones beside them.
parameters {
  real a;
  real b;
  vector[8] rest;
}
model {
  a ~ normal(0, 10);
  b ~ normal(0.03 * (square(a) - 100), 1);
  rest ~ std_normal();
}
