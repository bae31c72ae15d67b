parameters {
  complex omega;
}
model {
  get_real(omega) ~ normal(0, 1);
  get_imag(omega) ~ normal(0, 1);
}
